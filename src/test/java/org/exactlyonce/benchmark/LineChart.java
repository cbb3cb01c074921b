package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Curves over a horizontal axis of named places.
 */
final class LineChart {

	private static final int LEFT = 60;

	private static final int TOP = 34;

	private static final int PLOT_WIDTH = 380;

	private static final int PLOT_HEIGHT = 200;

	private static final int LEGEND_LINE = 18;

	private static final int MOST_DOTS = 10;

	private final Svg svg;

	private final VerticalAxis axis;

	private final double width;

	/**
	 * Draws all of it.
	 * @param title what is shown, with the unit
	 * @param places the horizontal axis
	 * @param axis the vertical axis
	 * @param curves the curves
	 */
	LineChart(String title, List<Place> places, VerticalAxis axis, List<Curve> curves) {
		this.axis = axis;
		this.width = places.stream().mapToDouble(Place::x).max().orElse(1);
		List<List<Curve>> legend = rows(curves);
		this.svg = new Svg(LEFT + PLOT_WIDTH + 40, TOP + PLOT_HEIGHT + 34 + LEGEND_LINE * legend.size(), title)
			.text(LEFT, 18, title, "start");
		for (double tick : axis.ticks()) {
			this.svg.line(LEFT, y(tick), LEFT + PLOT_WIDTH, y(tick), "grid");
			this.svg.text(LEFT - 8, y(tick) + 4, axis.label(tick), "small end");
		}
		for (Place place : places) {
			this.svg.line(x(place.x()), TOP, x(place.x()), TOP + PLOT_HEIGHT, "grid");
			this.svg.text(x(place.x()), TOP + PLOT_HEIGHT + 18, place.label(), "small middle");
		}
		curves.forEach(this::draw);
		for (int row = 0; row < legend.size(); row++) {
			explain(legend.get(row), TOP + PLOT_HEIGHT + 42 + LEGEND_LINE * row);
		}
	}

	/** What fits side by side below the chart. */
	private static List<List<Curve>> rows(List<Curve> curves) {
		List<List<Curve>> rows = new ArrayList<>();
		int room = 0;
		for (Curve curve : curves) {
			if (room < legendWidth(curve)) {
				rows.add(new ArrayList<>());
				room = PLOT_WIDTH + 30;
			}
			rows.get(rows.size() - 1).add(curve);
			room -= legendWidth(curve);
		}
		return rows;
	}

	private static int legendWidth(Curve curve) {
		return 44 + 6 * curve.label().length();
	}

	private void explain(List<Curve> curves, int y) {
		int x = LEFT;
		for (Curve curve : curves) {
			this.svg.path("%d,%d %d,%d".formatted(x, y - 4, x + 20, y - 4), curve.style());
			this.svg.text(x + 26, y, curve.label(), "small start");
			x += legendWidth(curve);
		}
	}

	private void draw(Curve curve) {
		StringBuilder points = new StringBuilder();
		for (Point point : curve.points()) {
			points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x()), y(point.y())));
		}
		this.svg.path(points.toString(), curve.style());
		if (curve.points().size() <= MOST_DOTS) {
			curve.points().forEach((point) -> this.svg.dot(x(point.x()), y(point.y()), curve.style()));
		}
	}

	private double x(double x) {
		return LEFT + x / this.width * PLOT_WIDTH;
	}

	private double y(double y) {
		return TOP + PLOT_HEIGHT * (1 - this.axis.height(y));
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

	/** Values that belong together; the style is the classes of the CSS. */
	record Curve(String label, String style, List<Point> points) {
	}

}
