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
			  --ceiling: #9aa5b1; --naive: #d9822b; --gateway: #0f7b83; --third: #7a5bb5; }
			@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ed; --soft: #98a5b1; --rule: #3a444d;
			  --paper: #15191d; --gateway: #35b3bc; --third: #a88be0; } }
			body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
			  margin: 2rem auto; max-width: 92rem; padding: 0 1.5rem; }
			.wide { overflow-x: auto; }
			table { border-collapse: collapse; font-size: 13px; }
			th, td { padding: .2rem .7rem .2rem 0; text-align: left; white-space: nowrap; }
			th { color: var(--soft); font-weight: 500; }
			.number { text-align: right; font-variant-numeric: tabular-nums; }
			tr.first td, tr.first th { border-top: 1px solid var(--rule); padding-top: .4rem; }
			p { max-width: 62rem; }
			dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
			dt { color: var(--soft); } dd { margin: 0; } dd span { white-space: nowrap; }
			svg { max-width: 100%; height: auto; vertical-align: top; }
			svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
			svg text.small { font-size: 11px; fill: var(--soft); }
			.end { text-anchor: end; } .middle { text-anchor: middle; }
			.grid { stroke: var(--rule); stroke-width: 1; }
			.curve { fill: none; stroke-width: 2; }
			.curve.dashed { stroke-dasharray: 5 4; }
			.curve.limit { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; } .fill.limit { fill: none; }
			.fill.third { fill: var(--third); } .curve.third { stroke: var(--third); }
			.fill.ceiling { fill: var(--ceiling); } .curve.ceiling { stroke: var(--ceiling); }
			.fill.naive { fill: var(--naive); } .curve.naive { stroke: var(--naive); }
			.fill.gateway { fill: var(--gateway); } .curve.gateway { stroke: var(--gateway); }
			""";

	private final StringBuilder page = new StringBuilder();

	/**
	 * Begins a page.
	 * @param title its title
	 * @param facts where the figures came about
	 * @param method how, as HTML
	 */
	HtmlReport(String title, RunFacts facts, String method) {
		this.page.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>")
			.append(title)
			.append("</title>\n<style>\n")
			.append(STYLE)
			.append("</style>\n<h1>")
			.append(title)
			.append("</h1>\n<dl>\n");
		for (Map.Entry<String, String> fact : facts.all().entrySet()) {
			this.page.append("<dt>%s</dt><dd>%s</dd>\n".formatted(fact.getKey(), words(fact.getValue())));
		}
		this.page.append("</dl>\n<p>").append(method).append("</p>\n");
	}

	/** So that a line ends between two options, and not at a hyphen. */
	private static String words(String text) {
		return Svg.escape(text).replaceAll("\\S+", "<span>$0</span>");
	}

	/** Begins a database's part, with its table. */
	HtmlReport database(String name, Table table) {
		this.page.append("<h2>").append(Svg.escape(name)).append("</h2>\n");
		this.page.append("<div class=\"wide\">\n").append(table.toHtml()).append("</div>\n");
		return this;
	}

	/** Adds pictures, as many beside one another as there is room for. */
	HtmlReport charts(String heading, List<String> svgs) {
		this.page.append("<h3>").append(heading).append("</h3>\n");
		svgs.forEach(this.page::append);
		return this;
	}

	/** Writes the page below {@code target/benchmark}. */
	Path write(String name) throws IOException {
		Files.createDirectories(FOLDER);
		return Files.writeString(FOLDER.resolve(name + ".html"), this.page.append("</html>\n"));
	}

}
