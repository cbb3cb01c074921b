package org.exactlyonce.gateway.support;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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
		assertThat(relayed).as("records of partition %d", partition).hasSameSizeAs(log);
		for (int i = 0; i < log.size(); i++) {
			equalsRecord(log.get(i), relayed.get(i));
		}
	}

	private static void equalsRecord(JsonNode expected, ConsumerRecord<byte[], byte[]> relayed) {
		String key = expected.get("key").isNull() ? null : expected.get("key").stringValue();
		assertThat(relayed.key()).isEqualTo((key != null) ? key.getBytes(StandardCharsets.UTF_8) : null);
		if (expected.has("valueBase64")) {
			assertThat(relayed.value())
				.isEqualTo(Base64.getDecoder().decode(expected.get("valueBase64").stringValue()));
		}
		else {
			assertThat(JsonMapper.shared().readTree(relayed.value())).isEqualTo(expected.get("value"));
		}
		assertThat(relayed.timestamp())
			.isEqualTo(Math.max(0, Instant.parse(expected.get("timestamp").stringValue()).toEpochMilli()));
		assertHeader(relayed, "gateway-offset", expected.get("offset"));
		assertHeader(relayed, "gateway-producer-id", expected.get("producerId"));
		assertHeader(relayed, "gateway-sequence", expected.get("sequence"));
		expected.get("headers")
			.propertyStream()
			.forEach((header) -> assertThat(relayed.headers().headers(header.getKey()))
				.anySatisfy((sent) -> assertThat(new String(sent.value(), StandardCharsets.UTF_8))
					.isEqualTo(header.getValue().stringValue())));
	}

	private static void assertHeader(ConsumerRecord<byte[], byte[]> relayed, String name, JsonNode expected) {
		assertThat(TopicReader.header(relayed, name)).isEqualTo(expected.isNull() ? null : expected.asString());
	}

}
