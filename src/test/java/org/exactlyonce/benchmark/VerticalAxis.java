package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The vertical axis of a chart: how high a value is, and the values that have a line.
 *
 * @param ticks the values, from the foot of the chart to its top
 * @param scale makes their distances even
 * @param format shows them
 */
record VerticalAxis(List<Double> ticks, DoubleUnaryOperator scale, String format) {

	private static final List<Double> STEPS = List.of(0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);

	private static final int MOST_STEPS = 8;

	/** A logarithmic axis, for what differs by orders of magnitude. */
	static VerticalAxis decades(List<LineChart.Curve> curves) {
		double lowest = Math.floor(Math.log10(values(curves).filter((y) -> y > 0).min().orElse(1)));
		double highest = Math.max(lowest + 1, Math.ceil(Math.log10(values(curves).max().orElse(10))));
		List<Double> ticks = IntStream.rangeClosed((int) lowest, (int) highest)
			.mapToObj((power) -> Math.pow(10, power))
			.toList();
		return new VerticalAxis(ticks, (y) -> Math.log10(Math.max(y, ticks.get(0))), "%s");
	}

	/** A linear axis from zero to a little more than one, or as far as it takes. */
	static VerticalAxis ratios(List<LineChart.Curve> curves) {
		double highest = Math.max(1.5, values(curves).max().orElse(1));
		double step = STEPS.stream().filter((size) -> highest <= MOST_STEPS * size).findFirst().orElse(highest);
		List<Double> ticks = new ArrayList<>(List.of(0.0));
		while (ticks.get(ticks.size() - 1) < highest) {
			ticks.add(ticks.size() * step);
		}
		return new VerticalAxis(ticks, DoubleUnaryOperator.identity(), "%s x");
	}

	private static DoubleStream values(List<LineChart.Curve> curves) {
		return curves.stream().flatMap((curve) -> curve.points().stream()).mapToDouble(LineChart.Point::y);
	}

	/** How far up a value is: 0 at the foot, 1 at the top. */
	double height(double value) {
		double foot = this.scale.applyAsDouble(this.ticks.get(0));
		double top = this.scale.applyAsDouble(this.ticks.get(this.ticks.size() - 1));
		return (this.scale.applyAsDouble(value) - foot) / (top - foot);
	}

	/** How a tick is shown. */
	String label(double tick) {
		String number = (tick < 10 && tick != Math.rint(tick)) ? Double.toString(tick)
				: String.format(Locale.ROOT, "%,.0f", tick);
		return this.format.formatted(number);
	}

}
