package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The page of {@link GrowthBenchmark}: tables, and each ratio over the log's length.
 */
final class GrowthReport {

	private static final String METHOD = """
			Three logs, each in a database of its own: an empty one (16 batches), one of a tenth, and the longest. Each \
			batch holds one record of 100 bytes, and all are in one partition, of 16 producers in turn; the gateway \
			stored the first of each, SQL repeated them with the offsets and sequences that follow. Then a packaged \
			gateway with a heap of 512 MB runs on each. They are measured in turn within a round, one at a time, after \
			the same warm-up; a figure is the median of the rounds, a ratio the median of their ratios to the empty log. \
			Each connection has one request in flight, and every answer is checked. Appends come from new producers and \
			are read back afterwards; they make the logs longer, also the empty one. Duplicates repeat batches from \
			anywhere in the stored log, and must be answered with their original offsets; in the empty log these are \
			always the same 16. Recent ones are among the last 64 of each producer. A page has 100 records in JSON and \
			begins within a hundredth of the log's start, middle or end; all are compared with the one at the start of \
			the empty log. Start-up is from the start of the process to readiness, after an orderly stop, or after \
			appends and a kill.
			""";

	private static final List<String> STYLES = List.of("gateway", "naive", "third");

	private final Growth growth;

	private GrowthReport(Growth growth) {
		this.growth = growth;
	}

	static HtmlReport of(RunFacts facts, List<Growth> all) {
		HtmlReport report = new HtmlReport("Growth of the log", facts, METHOD);
		for (Growth growth : all) {
			report.database(growth.database(), growth.table())
				.charts("Times the empty log, by stored batches", new GrowthReport(growth).charts());
		}
		return report;
	}

	private List<String> charts() {
		return List.of(chart("Append", limit(), List.of(Probe.APPEND_16, Probe.APPEND_1)),
				chart("Duplicate", limit(), List.of(Probe.DUPLICATE_16, Probe.DUPLICATE_1, Probe.RECENT_16)),
				chart("Page of 100", limit(), List.of(Probe.PAGE_START, Probe.PAGE_MIDDLE, Probe.PAGE_END)),
				chart("Start-up and heap",
						List.of(curve("start-up", "gateway", Growth.Figure.START),
								curve("after kill -9", "gateway dashed", Growth.Figure.START_AFTER_KILL),
								curve("heap", "naive", Growth.Figure.HEAP))));
	}

	private String chart(String title, List<LineChart.Curve> first, List<Probe> probes) {
		List<LineChart.Curve> curves = new ArrayList<>(first);
		for (int i = 0; i < probes.size(); i++) {
			String label = probes.get(i).label().replaceFirst("^(append|duplicate), |^page ", "");
			curves.add(curve(label + ", p50", STYLES.get(i), probes.get(i).half()));
			curves.add(curve(label + ", p99", STYLES.get(i) + " dashed", probes.get(i).most()));
		}
		return chart(title, curves);
	}

	private String chart(String title, List<LineChart.Curve> curves) {
		List<LineChart.Place> places = IntStream.range(0, this.growth.logs())
			.mapToObj((log) -> new LineChart.Place(log, this.growth.label(log)))
			.toList();
		return new LineChart(title, places, VerticalAxis.ratios(curves), curves).toString();
	}

	private LineChart.Curve curve(String label, String style, Growth.Figure figure) {
		return new LineChart.Curve(label, style,
				IntStream.range(0, this.growth.logs())
					.mapToObj((log) -> new LineChart.Point(log, this.growth.ratio(figure, log)))
					.toList());
	}

	private List<LineChart.Curve> limit() {
		return List.of(new LineChart.Curve("1.2 x", "limit",
				List.of(new LineChart.Point(0, 1.2), new LineChart.Point(this.growth.logs() - 1, 1.2))));
	}

}
