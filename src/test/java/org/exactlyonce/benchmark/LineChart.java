package org.exactlyonce.benchmark;

import java.util.List;
import java.util.Locale;

/**
 * Curves over a horizontal axis of named places; the vertical axis is logarithmic.
 */
final class LineChart {

	private static final int LEFT = 60;

	private static final int TOP = 34;

	private static final int PLOT_WIDTH = 380;

	private static final int PLOT_HEIGHT = 200;

	private final Svg svg;

	private final double lowest;

	private final double highest;

	private final double width;

	/**
	 * Draws the axes.
	 * @param title what is shown, with the unit
	 * @param places the horizontal axis
	 * @param curves the curves, to find the range
	 */
	LineChart(String title, List<Place> places, List<Curve> curves) {
		this.svg = new Svg(LEFT + PLOT_WIDTH + 30, TOP + PLOT_HEIGHT + 50, title).text(LEFT, 18, title, "start");
		this.lowest = Math.floor(Math.log10(curves.stream()
			.flatMap((curve) -> curve.points().stream())
			.mapToDouble(Point::y)
			.filter((y) -> y > 0)
			.min()
			.orElse(1)));
		this.highest = Math.max(this.lowest + 1, Math.ceil(Math.log10(
				curves.stream().flatMap((curve) -> curve.points().stream()).mapToDouble(Point::y).max().orElse(10))));
		this.width = places.stream().mapToDouble(Place::x).max().orElse(1);
		for (int power = (int) this.lowest; power <= this.highest; power++) {
			double y = y(Math.pow(10, power));
			this.svg.line(LEFT, y, LEFT + PLOT_WIDTH, y, "grid");
			this.svg.text(LEFT - 8, y + 4, number(Math.pow(10, power)), "small end");
		}
		for (Place place : places) {
			this.svg.line(x(place.x()), TOP, x(place.x()), TOP + PLOT_HEIGHT, "grid");
			this.svg.text(x(place.x()), TOP + PLOT_HEIGHT + 18, place.label(), "small middle");
		}
		double legend = LEFT;
		for (Curve curve : curves) {
			draw(curve);
			this.svg.dot(legend + 4, TOP + PLOT_HEIGHT + 38, curve.style());
			this.svg.text(legend + 13, TOP + PLOT_HEIGHT + 42, curve.label(), "small start");
			legend += 34 + 7 * curve.label().length();
		}
	}

	private void draw(Curve curve) {
		StringBuilder points = new StringBuilder();
		for (Point point : curve.points()) {
			points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x()),
					y(Math.max(point.y(), Math.pow(10, this.lowest)))));
		}
		this.svg.path(points.toString(), curve.style());
	}

	private double x(double x) {
		return LEFT + x / this.width * PLOT_WIDTH;
	}

	private double y(double y) {
		return TOP + PLOT_HEIGHT * (this.highest - Math.log10(y)) / (this.highest - this.lowest);
	}

	private static String number(double number) {
		return (number < 1) ? Double.toString(number) : String.format(Locale.ROOT, "%,.0f", number);
	}

	@Override
	public String toString() {
		return this.svg.toString();
	}

	/** A name at the horizontal axis. */
	record Place(double x, String label) {
	}

	/** A value. */
	record Point(double x, double y) {
	}

	/** Values that belong together; the style is the class of the CSS. */
	record Curve(String label, String style, List<Point> points) {
	}

}
