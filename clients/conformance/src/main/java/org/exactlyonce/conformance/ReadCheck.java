package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/**
 * Compares what a client has read with the log.
 */
final class ReadCheck {

	private ReadCheck() {
	}

	/**
	 * Returns what is wrong.
	 * @param answer the driver's answer
	 * @param step what was to be read
	 * @param topic of which topic
	 * @param api the log
	 */
	static List<String> of(JsonNode answer, Step step, String topic, GatewayApi api) {
		Map<Integer, List<String>> read = new TreeMap<>();
		for (JsonNode record : answer.get("records")) {
			// With a partition in the command there need be none in the answer.
			int partition = (step.partition() != null) ? step.partition() : record.get("partition").asInt();
			read.computeIfAbsent(partition, (any) -> new ArrayList<>()).add(line(record));
		}
		if (step.error() != null || answer.has("error")) {
			// What was read may not be there any more.
			String error = answer.path("error").asString("nothing");
			return error.equals(step.error()) ? List.of() : List.of("read " + count(read)
					+ " records, and was ended by " + error + ", where it is to be ended by " + step.error());
		}
		List<String> wrong = new ArrayList<>();
		int there = 0;
		for (TopicPartition partition : api.partitions()) {
			if (partition.topic().equals(topic)
					&& (step.partition() == null || step.partition() == partition.partition())) {
				List<String> log = api.records(partition, step.start().isNumber() ? step.start().asLong() : 0)
					.stream()
					.map(ReadCheck::line)
					.toList();
				there += log.size();
				compare(partition, read.getOrDefault(partition.partition(), List.of()), log, wrong);
			}
		}
		if (count(read) != Math.min(step.count(), there)) {
			wrong.add("read " + count(read) + " records, where the log has " + there + ", and " + step.count()
					+ " were asked for");
		}
		return wrong;
	}

	private static int count(Map<Integer, List<String>> read) {
		return read.values().stream().mapToInt(List::size).sum();
	}

	private static String line(JsonNode record) {
		return record.get("offset") + " " + record.get("value");
	}

	/** What was read is what the log begins with. */
	private static void compare(TopicPartition partition, List<String> read, List<String> log, List<String> wrong) {
		for (int i = 0; i < read.size(); i++) {
			if (i == log.size() || !read.get(i).equals(log.get(i))) {
				wrong.add("read " + read.get(i) + " of " + partition + ", where the log has "
						+ ((i < log.size()) ? log.get(i) : "no more"));
				return;
			}
		}
	}

}
