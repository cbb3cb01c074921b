package org.exactlyonce.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicReader;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The relay with a real broker, while nothing goes wrong.
 */
class RelayIT {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final String topic = KafkaServer.newTopic();

	private GatewayInProcess gateway() {
		return GatewayInProcess.onH2("--gateway.relay.enabled=true", "--gateway.relay.topic=" + this.topic,
				"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.partitions=2");
	}

	@Test
	void carriesKeyValueHeadersAndTimestampOver() {
		try (GatewayInProcess gateway = gateway()) {
			GatewayClient client = gateway.client();
			long producer = client.newProducer();
			String records = """
					{"producerId": %d, "baseSequence": 0, "records": [
					  {"key": "customer-7", "value": {"total": 12.50}, "headers": {"trace": "abc", "gateway-offset": "mine"},
					   "timestamp": "2026-11-23T10:00:00Z"},
					  {"value": null}, {"key": "", "value": "é"}, {"valueBase64": "/9j/4A=="},
					  {"value": "old", "timestamp": "1969-12-31T23:59:59.999Z"},
					  {"value": "late", "timestamp": "2999-01-01T00:00:00Z"}]}"""
				.formatted(producer);
			assertThat(client.post("/partitions/1/records", records).status()).isEqualTo(201);
			client.send("POST", "/partitions/1/records", new byte[0], "Content-Type", "image/jpeg");
			RelayCheck.awaitRelayed(client, 1, PATIENCE);
			RelayCheck.awaitRelayed(client, 0, PATIENCE);
			RelayCheck.equalsLog(client, KafkaServer.address(), this.topic, 1);
			RelayCheck.equalsLog(client, KafkaServer.address(), this.topic, 0);
			List<ConsumerRecord<byte[], byte[]>> relayed = TopicReader.read(KafkaServer.address(), this.topic, 1);
			assertThat(new String(relayed.get(0).value(), StandardCharsets.UTF_8)).isEqualTo("{\"total\":12.50}");
			assertThat(TopicReader.header(relayed.get(4), "gateway-timestamp")).isEqualTo("1969-12-31T23:59:59.999Z");
			assertThat(TopicReader.header(relayed.get(6), "gateway-content-type")).isEqualTo("image/jpeg");
		}
	}

	@Test
	void carriesWhatKafkaCanCarryOver() {
		try (GatewayInProcess gateway = gateway()) {
			GatewayClient client = gateway.client();
			client.send("POST", "/partitions/1/records",
					"""
							{"keyBase64": "AP8=", "valueText": "é", "headers": [["b", "1"], ["a", null], ["b", {"base64": "AP8="}]]}
							{"key": "k", "tombstone": true}
							{"valueText": ""}
							"""
						.getBytes(StandardCharsets.UTF_8),
					"Content-Type", "application/x-ndjson");
			client.send("POST", "/partitions/1/records", "{ }".getBytes(StandardCharsets.UTF_8), "Content-Type",
					"application/vnd.example+json");
			RelayCheck.awaitRelayed(client, 1, PATIENCE);
			RelayCheck.equalsLog(client, KafkaServer.address(), this.topic, 1);
			List<ConsumerRecord<byte[], byte[]>> relayed = TopicReader.read(KafkaServer.address(), this.topic, 1);
			ConsumerRecord<byte[], byte[]> first = relayed.get(0);
			assertThat(first.key()).containsExactly(0, 255);
			assertThat(new String(first.value(), StandardCharsets.UTF_8)).isEqualTo("é");
			assertThat(first.headers()).extracting(Header::key).startsWith("b", "a", "b", "gateway-offset");
			assertThat(first.headers()).extracting(Header::value)
				.startsWith(new byte[] { '1' }, null, new byte[] { 0, -1 });
			assertThat(TopicReader.header(first, "gateway-content-type")).isEqualTo("text/plain;charset=UTF-8");
			assertThat(relayed.get(1).value()).isNull();
			assertThat(relayed.get(1).key()).containsExactly('k');
			assertThat(relayed.get(2).value()).isEmpty();
			assertThat(relayed.get(3).value()).containsExactly('{', '}');
			assertThat(TopicReader.header(relayed.get(3), "gateway-content-type"))
				.isEqualTo("application/vnd.example+json");
		}
	}

	@Test
	void goesOnWhereItWasAfterARestart() {
		try (GatewayInProcess gateway = gateway()) {
			long producer = gateway.client().newProducer();
			for (int i = 0; i < 20; i++) {
				gateway.client().append(0, producer, i, "" + i);
			}
			gateway.restart();
			for (int i = 20; i < 40; i++) {
				gateway.client().append(0, producer, i, "" + i);
			}
			RelayCheck.awaitRelayed(gateway.client(), 0, PATIENCE);
			RelayCheck.equalsLog(gateway.client(), KafkaServer.address(), this.topic, 0);
			assertThat(TopicReader.read(KafkaServer.address(), this.topic + "-cursor", 0)).last()
				.satisfies((cursor) -> assertThat(new String(cursor.value())).isEqualTo("40"));
		}
	}

}
