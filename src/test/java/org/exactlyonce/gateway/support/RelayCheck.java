package org.exactlyonce.gateway.support;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Compares what a consumer of Kafka sees with the log, record by record.
 */
public final class RelayCheck {

	private RelayCheck() {
	}

	/** Waits until a partition is relayed to its end, as the gateway says. */
	public static void awaitRelayed(GatewayClient client, int partition, Duration atMost) {
		await().atMost(atMost).pollInterval(Duration.ofMillis(50)).until(() -> {
			JsonNode state = client.get("/partitions/" + partition).json();
			return state.path("relayedOffset").longValue(-1) == state.get("logEndOffset").longValue();
		});
	}

	/** Asserts that a partition holds the log's records, each once, in its order. */
	public static void equalsLog(GatewayClient client, String kafka, String topic, int partition) {
		List<JsonNode> log = LogCheck.read(client, partition);
		List<ConsumerRecord<byte[], byte[]>> relayed = TopicReader.read(kafka, topic, partition);
		for (int i = 0; i < Math.min(log.size(), relayed.size()); i++) {
			Seen expected = Seen.of(log.get(i));
			Seen found = Seen.of(relayed.get(i), expected.value().isBinary());
			if (!found.equals(expected)) {
				throw new AssertionError("Partition " + partition + ": " + found + " is not " + expected);
			}
		}
		assertThat(relayed.size()).as("records of partition %d", partition).isEqualTo(log.size());
	}

	/** A record, as it is to be in Kafka. */
	private record Seen(String key, JsonNode value, long timestamp, List<String> headers) {

		private static Seen of(JsonNode logged) {
			List<String> headers = new ArrayList<>();
			logged.get("headers")
				.propertyStream()
				.forEach((header) -> add(headers, header.getKey(), header.getValue()));
			add(headers, "gateway-producer-id", logged.get("producerId"));
			add(headers, "gateway-sequence", logged.get("sequence"));
			add(headers, "gateway-offset", logged.get("offset"));
			if (logged.has("contentType")) {
				add(headers, "gateway-content-type", logged.get("contentType"));
			}
			Instant timestamp = Instant.parse(logged.get("timestamp").stringValue());
			if (timestamp.isBefore(Instant.EPOCH)) {
				add(headers, "gateway-timestamp", logged.get("timestamp"));
			}
			return new Seen(logged.get("key").isNull() ? null : logged.get("key").stringValue(), value(logged),
					Math.max(0, timestamp.toEpochMilli()), headers);
		}

		private static JsonNode value(JsonNode logged) {
			return logged.has("valueBase64")
					? binary(Base64.getDecoder().decode(logged.get("valueBase64").stringValue())) : logged.get("value");
		}

		private static JsonNode binary(byte[] bytes) {
			return JsonMapper.shared().getNodeFactory().binaryNode(bytes);
		}

		private static void add(List<String> headers, String name, JsonNode value) {
			if (!value.isNull()) {
				headers.add(name + "=" + value.asString());
			}
		}

		private static Seen of(ConsumerRecord<byte[], byte[]> relayed, boolean binary) {
			List<String> headers = new ArrayList<>();
			relayed.headers().forEach((header) -> headers.add(header.key() + "=" + text(header.value())));
			return new Seen((relayed.key() != null) ? text(relayed.key()) : null,
					binary ? binary(relayed.value()) : JsonMapper.shared().readTree(relayed.value()),
					relayed.timestamp(), headers);
		}

		private static String text(byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}

	}

}
