package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;

/**
 * How long requests took, percentile by percentile, with room for the slowest: each step
 * to the right is a tenth of those that remain.
 */
final class LatencyChart {

	private static final List<LineChart.Place> PERCENTILES = List.of(new LineChart.Place(0, "0 %"),
			new LineChart.Place(place(50), "50"), new LineChart.Place(1, "90"), new LineChart.Place(2, "99"),
			new LineChart.Place(3, "99.9"), new LineChart.Place(4, "99.99"));

	private static final double STEP = 0.05;

	private LatencyChart() {
	}

	static String of(Comparison comparison) {
		List<LineChart.Curve> curves = new ArrayList<>();
		for (Variant variant : Variant.values()) {
			if (comparison.has(variant)) {
				curves.add(curve(variant, comparison.latencies(variant)));
			}
		}
		return new LineChart("ms, " + comparison.scenario().label(), PERCENTILES, VerticalAxis.decades(curves), curves)
			.toString();
	}

	private static LineChart.Curve curve(Variant variant, Histogram latencies) {
		List<LineChart.Point> points = new ArrayList<>();
		double last = Math.min(4, Math.log10(Math.max(1, latencies.getTotalCount())));
		for (double x = 0; x <= last + STEP / 2; x += STEP) {
			double percentile = 100 - 100 * Math.pow(10, -x);
			points.add(new LineChart.Point(x, latencies.getValueAtPercentile(percentile) / 1e6));
		}
		return new LineChart.Curve(variant.label(), variant.label(), points);
	}

	private static double place(double percentile) {
		return -Math.log10(1 - percentile / 100);
	}

}
