package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A load.
 *
 * @param connections connections, each with a producer and one request in flight
 * @param partitions partitions, over which the producers are spread
 * @param batch records a request, 100 bytes each
 * @param duplicates of 100 requests, how many repeat an earlier one
 * @param form how requests are written
 */
record Scenario(int connections, int partitions, int batch, int duplicates, Form form) {

	private static final Pattern SYNTAX = Pattern.compile("(\\d+[cpbd]|ndjson)([+ ](\\d+[cpbd]|ndjson))*");

	private static final Pattern NUMBER = Pattern.compile("(\\d+)([cpbd])");

	Scenario {
		if (connections < 1 || partitions < 1 || partitions > 8 || batch < 1 || batch > 10_000 || duplicates < 0
				|| duplicates > 100) {
			throw new IllegalArgumentException("There is no load of %d connections, %d partitions, %d records, %d %%"
				.formatted(connections, partitions, batch, duplicates));
		}
	}

	/**
	 * Reads a load such as {@code 64c+8p+1000b+50d+ndjson}. What is left out is 64
	 * connections, 1 partition, 1 record, no duplicates, and JSON.
	 */
	static Scenario parse(String text) {
		if (!SYNTAX.matcher(text).matches()) {
			throw new IllegalArgumentException(
					"\"" + text + "\" is no load; one is 64c+8p+1000b+50d+ndjson, or some of it");
		}
		int connections = 64;
		int partitions = 1;
		int batch = 1;
		int duplicates = 0;
		for (MatchResult part : NUMBER.matcher(text).results().toList()) {
			int number = Integer.parseInt(part.group(1));
			switch (part.group(2)) {
				case "c" -> connections = number;
				case "p" -> partitions = number;
				case "b" -> batch = number;
				default -> duplicates = number;
			}
		}
		return new Scenario(connections, partitions, batch, duplicates,
				text.contains("ndjson") ? Form.NDJSON : Form.JSON);
	}

	/** Every combination. */
	static List<Scenario> all() {
		List<Scenario> all = new ArrayList<>();
		for (int connections : new int[] { 1, 16, 64, 256 }) {
			for (int partitions : new int[] { 1, 8 }) {
				for (int batch : new int[] { 1, 100, 1000 }) {
					for (int duplicates : new int[] { 0, 50 }) {
						all.add(new Scenario(connections, partitions, batch, duplicates, Form.JSON));
					}
				}
			}
		}
		return all;
	}

	Scenario withConnections(int other) {
		return new Scenario(other, this.partitions, this.batch, this.duplicates, this.form);
	}

	String label() {
		StringBuilder label = new StringBuilder(this.connections + " connections");
		label.append((this.partitions > 1) ? ", " + this.partitions + " partitions" : "");
		label.append((this.batch > 1) ? ", batches of " + this.batch : "");
		label.append((this.form == Form.NDJSON) ? " in NDJSON" : "");
		label.append((this.duplicates > 0) ? ", " + this.duplicates + " % duplicates" : "");
		return label.toString();
	}

	/** How requests are written. */
	enum Form {

		/** One JSON document. */
		JSON,

		/** A record a line, identity in headers. */
		NDJSON

	}

}
