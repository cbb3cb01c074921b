package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The report: one page with tables and plots, no script, nothing loaded.
 */
final class HtmlReport {

	private static final Path FOLDER = Path.of("target", "benchmark");

	private static final String STYLE = """
			:root { color-scheme: light dark; --ink: #1f2933; --soft: #66737f; --rule: #d7dde2; --paper: #fff;
			  --ceiling: #9aa5b1; --naive: #d9822b; --gateway: #0f7b83; }
			@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ed; --soft: #98a5b1; --rule: #3a444d;
			  --paper: #15191d; --gateway: #35b3bc; } }
			body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
			  margin: 2rem auto; max-width: 92rem; padding: 0 1.5rem; }
			.wide { overflow-x: auto; }
			table { border-collapse: collapse; font-size: 13px; }
			th, td { padding: .2rem .7rem .2rem 0; text-align: left; white-space: nowrap; }
			th { color: var(--soft); font-weight: 500; }
			.number { text-align: right; font-variant-numeric: tabular-nums; }
			tr.first td, tr.first th { border-top: 1px solid var(--rule); padding-top: .4rem; }
			dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
			dt { color: var(--soft); } dd { margin: 0; }
			svg { max-width: 100%; height: auto; }
			svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
			svg text.small { font-size: 11px; fill: var(--soft); }
			.end { text-anchor: end; } .middle { text-anchor: middle; }
			.grid { stroke: var(--rule); stroke-width: 1; }
			.curve { fill: none; stroke-width: 2; }
			.fill.ceiling { fill: var(--ceiling); } .curve.ceiling { stroke: var(--ceiling); }
			.fill.naive { fill: var(--naive); } .curve.naive { stroke: var(--naive); }
			.fill.gateway { fill: var(--gateway); } .curve.gateway { stroke: var(--gateway); }
			""";

	private static final String METHOD = """
			<p>Each connection has a producer of its own and one request in flight; its next request follows the answer \
			to the last, so no latency includes a wait in the client. Records have 100 bytes. Every answer is checked, \
			and after each load the log is read back and compared with what was acknowledged. All variants run in one \
			process and take turns within a round; a figure is the median of the rounds, a ratio the median of their \
			ratios. The <em>ceiling</em> parses and answers without storing. The <em>naive</em> design commits a \
			transaction a request, with the same durability. CPU is in cores, of the gateway's process, of PostgreSQL's, \
			and of the process that makes the load.</p>
			""";

	private final StringBuilder page = new StringBuilder();

	HtmlReport(RunFacts facts, List<Results> all) {
		head("Benchmark", facts, METHOD);
		for (Results results : all) {
			this.page.append("<h2>").append(Svg.escape(results.database())).append("</h2>\n");
			this.page.append("<div class=\"wide\">\n").append(results.table().toHtml()).append("</div>\n");
			this.page.append("<h3>Requests a second</h3>\n").append(BarChart.of(results));
			this.page.append("<h3>Latency by percentile</h3>\n");
			results.comparisons().forEach((comparison) -> this.page.append(LatencyChart.of(comparison)));
		}
	}

	private void head(String title, RunFacts facts, String method) {
		this.page.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>")
			.append(title)
			.append("</title>\n<style>\n")
			.append(STYLE)
			.append("</style>\n<h1>")
			.append(title)
			.append("</h1>\n<dl>\n");
		for (Map.Entry<String, String> fact : facts.all().entrySet()) {
			this.page.append("<dt>%s</dt><dd>%s</dd>\n".formatted(fact.getKey(), Svg.escape(fact.getValue())));
		}
		this.page.append("</dl>\n").append(method);
	}

	/** Writes the page below {@code target/benchmark}. */
	Path write(String name) throws IOException {
		Files.createDirectories(FOLDER);
		return Files.writeString(FOLDER.resolve(name + ".html"), this.page.append("</html>\n"));
	}

}
