package org.exactlyonce.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * What the log has got since a scenario began, by record.
 */
final class Log {

	private final Map<String, List<Place>> places = new LinkedHashMap<>();

	/** Reads it. */
	static Log of(GatewayApi gateway, Map<TopicPartition, Long> starts) {
		Log log = new Log();
		for (TopicPartition partition : gateway.partitions()) {
			for (JsonNode record : gateway.records(partition, starts.getOrDefault(partition, 0L))) {
				String name = record.path("value").path("record").asString("");
				log.places.computeIfAbsent(name, (any) -> new ArrayList<>())
					.add(new Place(partition, record.get("offset").asLong()));
			}
		}
		return log;
	}

	/** Where a record is; empty if it is not there. */
	List<Place> of(String record) {
		return this.places.getOrDefault(record, List.of());
	}

	/** How many records a topic has got. */
	int count(String topic) {
		return (int) this.places.values()
			.stream()
			.flatMap(List::stream)
			.filter((place) -> place.partition().topic().equals(topic))
			.count();
	}

	/**
	 * A place in the log.
	 */
	record Place(TopicPartition partition, long offset) {
	}

}
