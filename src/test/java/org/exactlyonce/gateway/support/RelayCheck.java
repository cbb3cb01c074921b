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
		awaitRelayed(client, "/partitions/" + partition, atMost);
	}

	/** Waits so for the partition at a path. */
	public static void awaitRelayed(GatewayClient client, String path, Duration atMost) {
		await().atMost(atMost).pollInterval(Duration.ofMillis(50)).until(() -> {
			JsonNode state = client.get(path).json();
			return state.path("relayedOffset").longValue(-1) == state.get("logEndOffset").longValue();
		});
	}

	/** Asserts that a partition holds the log's records, each once, in its order. */
	public static void equalsLog(GatewayClient client, String kafka, String topic, int partition) {
		equalsLog(client, "/partitions/" + partition, kafka, topic, partition, 0);
	}

	/**
	 * Asserts so of the partition at a path.
	 * @param before how many records are there before
	 */
	public static void equalsLog(GatewayClient client, String path, String kafka, String topic, int partition,
			int before) {
		List<JsonNode> log = LogCheck.read(client, path);
		List<ConsumerRecord<byte[], byte[]>> all = TopicReader.read(kafka, topic, partition);
		assertThat(all).hasSizeGreaterThanOrEqualTo(before);
		List<ConsumerRecord<byte[], byte[]>> relayed = all.subList(before, all.size());
		for (int i = 0; i < Math.min(log.size(), relayed.size()); i++) {
			Seen expected = Seen.of(log.get(i));
			Seen found = Seen.of(relayed.get(i), log.get(i).has("value"));
			if (!found.equals(expected)) {
				throw new AssertionError("Partition " + partition + ": " + found + " is not " + expected);
			}
		}
		assertThat(relayed.size()).as("records of partition %d", partition).isEqualTo(log.size());
	}

	/** A record, as it is to be in Kafka: bytes in base64, null for none. */
	private record Seen(String key, String value, long timestamp, List<String> headers) {

		private static Seen of(JsonNode logged) {
			List<String> headers = new ArrayList<>();
			JsonNode own = logged.get("headers");
			own.propertyStream().forEach((header) -> headers.add(shown(header.getKey(), text(header.getValue()))));
			if (own.isArray()) {
				own.forEach((pair) -> headers.add(shown(pair.get(0).stringValue(), listed(pair.get(1)))));
			}
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
			String key = logged.has("keyBase64") ? logged.get("keyBase64").stringValue()
					: base64(text(logged.get("key")));
			return new Seen(key, value(logged), Math.max(0, timestamp.toEpochMilli()), headers);
		}

		private static String value(JsonNode logged) {
			if (logged.has("tombstone")) {
				return null;
			}
			if (logged.has("valueText")) {
				return base64(text(logged.get("valueText")));
			}
			return logged.has("valueBase64") ? logged.get("valueBase64").stringValue()
					: base64(utf8(logged.get("value").toString()));
		}

		private static byte[] listed(JsonNode value) {
			return value.isObject() ? Base64.getDecoder().decode(value.get("base64").stringValue()) : text(value);
		}

		private static byte[] text(JsonNode text) {
			return text.isNull() ? null : utf8(text.asString());
		}

		private static void add(List<String> headers, String name, JsonNode value) {
			if (!value.isNull()) {
				headers.add(shown(name, text(value)));
			}
		}

		private static Seen of(ConsumerRecord<byte[], byte[]> relayed, boolean json) {
			List<String> headers = new ArrayList<>();
			relayed.headers().forEach((header) -> headers.add(shown(header.key(), header.value())));
			// a tree writes numbers in its own way, on both sides
			byte[] value = json ? utf8(JsonMapper.shared().readTree(relayed.value()).toString()) : relayed.value();
			return new Seen(base64(relayed.key()), base64(value), relayed.timestamp(), headers);
		}

		private static String shown(String name, byte[] value) {
			return name + "=" + base64(value);
		}

		private static String base64(byte[] bytes) {
			return (bytes != null) ? Base64.getEncoder().encodeToString(bytes) : null;
		}

		private static byte[] utf8(String text) {
			return text.getBytes(StandardCharsets.UTF_8);
		}

	}

}
