package org.exactlyonce.benchmark;

import java.util.List;
import java.util.Locale;

/**
 * Requests a second of each variant, load by load. Loads differ by orders of magnitude,
 * so each has a scale of its own; the number stands at the bar.
 */
final class BarChart {

	private static final int LABEL = 330;

	private static final int LONGEST = 420;

	private static final int BAR = 16;

	private BarChart() {
	}

	static String of(Results results) {
		List<Comparison> comparisons = results.comparisons();
		Svg svg = new Svg(LABEL + LONGEST + 190, comparisons.size() * (3 * BAR + 22) + 10,
				"Requests a second on " + results.database());
		double y = 10;
		for (Comparison comparison : comparisons) {
			svg.text(LABEL - 12, y + 1.7 * BAR, comparison.scenario().label(), "end");
			y = bars(svg, comparison, y) + 22;
		}
		return svg.toString();
	}

	private static double bars(Svg svg, Comparison comparison, double top) {
		double y = top;
		double highest = 0;
		for (Variant variant : Variant.values()) {
			double rate = comparison.median(variant, Sample::requestsPerSecond);
			highest = Double.isNaN(rate) ? highest : Math.max(highest, rate);
		}
		for (Variant variant : Variant.values()) {
			if (comparison.has(variant)) {
				double rate = comparison.median(variant, Sample::requestsPerSecond);
				double length = Math.max(1, rate / highest * LONGEST);
				svg.bar(LABEL, y, length, BAR - 3, variant.label());
				svg.text(LABEL + length + 6, y + BAR - 5,
						String.format(Locale.ROOT, "%s %,.0f/s", variant.label(), rate), "small start");
			}
			y += BAR;
		}
		return y;
	}

}
