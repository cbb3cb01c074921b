package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/**
 * Compares what a client has read with the log.
 */
final class ReadCheck {

	private ReadCheck() {
	}

	/**
	 * Returns what there is to be read now.
	 * @param step what is to be read
	 * @param topic of which topic
	 * @param api the log
	 */
	static Map<Integer, List<String>> there(Step step, String topic, GatewayApi api) {
		Map<Integer, List<String>> there = new TreeMap<>();
		for (TopicPartition partition : api.partitions()) {
			if (partition.topic().equals(topic)
					&& (step.partition() == null || step.partition() == partition.partition())) {
				long start = step.start().isNumber() ? step.start().asLong() : 0;
				there.put(partition.partition(), api.records(partition, start).stream().map(ReadCheck::line).toList());
			}
		}
		return there;
	}

	/**
	 * Returns what is wrong.
	 * @param answer the driver's answer
	 * @param step what was to be read
	 * @param there what there was to be read; of a read that is to be ended by an error,
	 * before that
	 */
	static List<String> of(JsonNode answer, Step step, Map<Integer, List<String>> there) {
		List<String> wrong = new ArrayList<>();
		String error = answer.path("error").asString(null);
		if (!Objects.equals(error, step.error())) {
			wrong.add("the read was ended by " + error + ", where it is to be ended by " + step.error());
		}
		Map<Integer, List<String>> read = new TreeMap<>();
		for (JsonNode record : answer.path("records")) {
			// With a partition in the command there need be none in the answer.
			int partition = (step.partition() != null) ? step.partition() : record.path("partition").asInt(-1);
			read.computeIfAbsent(partition, (any) -> new ArrayList<>()).add(line(record));
		}
		read.forEach(
				(partition, records) -> compare(partition, records, there.getOrDefault(partition, List.of()), wrong));
		if (count(read) != Math.min(step.count(), count(there))) {
			wrong.add("read " + count(read) + " records, where the log has " + count(there) + ", and " + step.count()
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
	private static void compare(int partition, List<String> read, List<String> log, List<String> wrong) {
		for (int i = 0; i < read.size(); i++) {
			if (i == log.size() || !read.get(i).equals(log.get(i))) {
				wrong.add("read " + read.get(i) + " of partition " + partition + ", where the log has "
						+ ((i < log.size()) ? log.get(i) : "no more"));
				return;
			}
		}
	}

}
