package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.Map;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicAdmin;
import org.exactlyonce.gateway.support.TopicReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A record that Kafka does not take stops its partition, just before the record, until
 * Kafka takes it.
 */
class RelayPoisonIT {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String topic = KafkaServer.newTopic();

	private GatewayInProcess gateway() {
		return GatewayInProcess.onH2("--gateway.relay.enabled=true", "--gateway.relay.topic=" + this.topic,
				"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.partitions=2");
	}

	@Test
	void stopsBeforeARecordThatIsTooLargeAndGoesOnOnceItIsNot() {
		try (TopicAdmin admin = new TopicAdmin(KafkaServer.address()); GatewayInProcess gateway = gateway()) {
			GatewayClient client = gateway.client();
			RelayCheck.awaitRelayed(client, 0, PATIENCE);
			admin.set(this.topic, "max.message.bytes", "20000");
			long producer = client.newProducer();
			String large = "\"" + "x".repeat(30_000) + "\"";
			assertThat(client.append(0, producer, 0, "0", "1", large, "3", large, "5").status()).isEqualTo(201);
			assertThat(client.append(1, producer, 0, "0", "1", "2").status()).isEqualTo(201);
			await().atMost(PATIENCE).until(() -> stopped(client).has("reason"));
			assertThat(stopped(client).get("reason").stringValue()).contains("offset 2");
			assertThat(stopped(client).get("action").stringValue()).contains("max.message.bytes");
			await().atMost(PATIENCE)
				.until(() -> client.get("/partitions/0").json().get("relayedOffset").longValue() == 2);
			RelayCheck.awaitRelayed(client, 1, PATIENCE);
			assertThat(TopicReader.read(KafkaServer.address(), this.topic, 0)).hasSize(2);
			assertThat(client.get("/actuator/prometheus").text())
				.containsPattern("gateway_relay_partitions_stopped\\S* 1.0");
			admin.set(this.topic, "max.message.bytes", "40000");
			RelayCheck.awaitRelayed(client, 0, PATIENCE);
			RelayCheck.equalsLog(client, KafkaServer.address(), this.topic, 0);
			assertThat(client.get("/actuator/health/relay").json().get("status").stringValue()).isEqualTo("UP");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 100 })
	void namesTheRecordWhoseTimeKafkaDoesNotTake(int before) {
		try (TopicAdmin admin = new TopicAdmin(KafkaServer.address())) {
			admin.create(this.topic, 2, Map.of("message.timestamp.after.max.ms", "3600000"));
		}
		try (GatewayInProcess gateway = gateway()) {
			GatewayClient client = gateway.client();
			String records = "{\"value\": 1},".repeat(before)
					+ "{\"value\": 2, \"timestamp\": \"2999-01-01T00:00:00Z\"}, {\"value\": 3}";
			assertThat(client.post("/partitions/0/records", "{\"records\": [" + records + "]}").status())
				.isEqualTo(201);
			await().atMost(PATIENCE).until(() -> stopped(client).has("reason"));
			assertThat(stopped(client).get("reason").stringValue()).contains("offset " + before + ":");
			await().atMost(PATIENCE)
				.until(() -> TopicReader.read(KafkaServer.address(), this.topic, 0).size() == before);
		}
	}

	private static JsonNode stopped(GatewayClient client) {
		return client.get("/actuator/health/relay").json().at("/details/stopped/0");
	}

}
