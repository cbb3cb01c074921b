package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * Compares what a client has read with the log.
 */
final class ReadCheck {

	private ReadCheck() {
	}

	/**
	 * Returns what is wrong.
	 * @param read what the client has read
	 * @param log the records from where it began
	 * @param count how many it was to read
	 */
	static List<String> of(Iterable<JsonNode> read, List<JsonNode> log, int count) {
		List<String> got = lines(read);
		List<String> expected = lines(log.subList(0, Math.min(count, log.size())));
		return got.equals(expected) ? List.of()
				: List.of("read " + got.size() + " records, where the log has others: " + first(got, expected));
	}

	private static List<String> lines(Iterable<JsonNode> records) {
		List<String> lines = new ArrayList<>();
		records.forEach((record) -> lines.add(record.get("offset") + " " + record.get("value")));
		return lines;
	}

	private static String first(List<String> got, List<String> expected) {
		for (int i = 0; i < Math.min(got.size(), expected.size()); i++) {
			if (!got.get(i).equals(expected.get(i))) {
				return got.get(i) + " for " + expected.get(i);
			}
		}
		return expected.size() + " of them";
	}

}
