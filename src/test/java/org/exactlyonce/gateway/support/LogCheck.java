package org.exactlyonce.gateway.support;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads a whole partition over HTTP and compares it with what was answered to producers.
 */
public final class LogCheck {

	private LogCheck() {
	}

	/** Every record, from the first on. */
	public static List<JsonNode> read(GatewayClient client, int partition) {
		return read(client, "/partitions/" + partition);
	}

	/** Every record of the partition at a path. */
	public static List<JsonNode> read(GatewayClient client, String path) {
		List<JsonNode> records = new ArrayList<>();
		JsonNode page;
		do {
			page = client.get(path + "/records?limit=10000&offset=" + records.size()).json();
			page.get("records").forEach(records::add);
		}
		while (!page.get("records").isEmpty());
		return records;
	}

	/**
	 * The records of one producer, among those that others stored, with sequences or
	 * without.
	 */
	public static List<JsonNode> read(GatewayClient client, int partition, long producerId) {
		return of(producerId, read(client, partition));
	}

	private static List<JsonNode> of(long producerId, List<JsonNode> records) {
		return records.stream().filter((record) -> record.get("producerId").longValue(-1) == producerId).toList();
	}

	/**
	 * Asserts that offsets have no holes, that each producer's sequences follow one
	 * another, and that every acknowledged record is at its offset; of each producer one
	 * record in doubt may follow.
	 */
	public static void holds(GatewayClient client, int partition, List<LoadingProducer> producers) {
		holds(client, "/partitions/" + partition, producers);
	}

	/** Asserts so of the partition at a path. */
	public static void holds(GatewayClient client, String path, List<LoadingProducer> producers) {
		List<JsonNode> records = read(client, path);
		for (int i = 0; i < records.size(); i++) {
			assertThat(records.get(i).get("offset").longValue()).isEqualTo(i);
		}
		for (LoadingProducer producer : producers) {
			assertThat(producer.surprises()).isEmpty();
			List<JsonNode> own = of(producer.producerId(), records);
			for (int sequence = 0; sequence < own.size(); sequence++) {
				assertThat(own.get(sequence).get("sequence").longValue()).isEqualTo(sequence);
				assertThat(own.get(sequence).get("value").stringValue()).isEqualTo("" + sequence);
			}
			List<Long> offsets = own.stream().map((record) -> record.get("offset").longValue()).toList();
			List<Long> acknowledged = producer.offsets();
			assertThat(offsets).hasSizeBetween(acknowledged.size(), acknowledged.size() + 1);
			assertThat(offsets.subList(0, acknowledged.size())).isEqualTo(acknowledged);
		}
	}

}
