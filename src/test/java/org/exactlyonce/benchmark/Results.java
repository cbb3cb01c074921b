package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * All loads on one database, and the table of their medians.
 */
final class Results {

	private final String database;

	private final List<Comparison> comparisons = new ArrayList<>();

	Results(String database) {
		this.database = database;
	}

	void add(Comparison comparison) {
		this.comparisons.add(comparison);
	}

	String database() {
		return this.database;
	}

	List<Comparison> comparisons() {
		return this.comparisons;
	}

	Table table() {
		Table table = new Table("load on " + this.database, "", "requests/s", "records/s", "p50 ms", "p95 ms", "p99 ms",
				"group", "CPU gateway", "database", "load", "read back/s", "gateway is", "its p99 is");
		for (Comparison comparison : this.comparisons) {
			String label = comparison.scenario().label();
			for (Variant variant : Variant.values()) {
				if (comparison.has(variant)) {
					addRow(table, label, comparison, variant);
					label = "";
				}
			}
		}
		return table;
	}

	private static void addRow(Table table, String label, Comparison comparison, Variant variant) {
		boolean gateway = variant == Variant.GATEWAY;
		long retries = comparison.retries(variant);
		table.add(label, variant.label() + ((retries > 0) ? ", " + retries + " failed" : ""),
				cell("%,.0f", comparison, variant, Sample::requestsPerSecond),
				cell("%,.0f", comparison, variant, Sample::recordsPerSecond),
				cell("%.2f", comparison, variant, Sample::p50), cell("%.2f", comparison, variant, Sample::p95),
				cell("%.2f", comparison, variant, Sample::p99),
				gateway ? cell("%.1f", comparison, variant, Sample::group) : "",
				cell("%.2f", comparison, variant, Sample::gatewayCpu),
				cell("%.2f", comparison, variant, Sample::databaseCpu),
				cell("%.2f", comparison, variant, Sample::generatorCpu),
				gateway ? cell("%,.0f", comparison, variant, Sample::readBack) : "",
				gateway ? "" : times(comparison.ratioTo(variant, Sample::requestsPerSecond)),
				gateway ? "" : times(comparison.ratioTo(variant, Sample::p99)));
	}

	private static String cell(String format, Comparison comparison, Variant variant, ToDoubleFunction<Sample> figure) {
		return String.format(Locale.ROOT, format, comparison.median(variant, figure));
	}

	private static String times(double ratio) {
		return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f x", ratio);
	}

}
