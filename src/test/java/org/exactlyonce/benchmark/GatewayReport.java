package org.exactlyonce.benchmark;

import java.util.List;

/**
 * The page of {@link GatewayBenchmark}: tables, throughput and latencies.
 */
final class GatewayReport {

	private static final String METHOD = """
			Each connection has a producer of its own and one request in flight; its next request follows the answer \
			to the last, so no latency includes a wait in the client. Records have 100 bytes. Every answer is checked, \
			and after each load the log is read back and compared with what was acknowledged. All variants run in one \
			process and take turns within a round; a figure is the median of the rounds, a ratio the median of their \
			ratios. The <em>ceiling</em> parses and answers without storing. The <em>naive</em> design commits a \
			transaction a request, with the same durability. CPU is in cores, of the gateway's process, of PostgreSQL's, \
			and of the process that makes the load.
			""";

	private GatewayReport() {
	}

	static HtmlReport of(RunFacts facts, List<Results> all) {
		HtmlReport report = new HtmlReport("Benchmark", facts, METHOD);
		for (Results results : all) {
			report.database(results.database(), results.table())
				.charts("Requests a second", List.of(BarChart.of(results)))
				.charts("Latency by percentile", results.comparisons().stream().map(LatencyChart::of).toList());
		}
		return report;
	}

}
