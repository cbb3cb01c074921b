package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicAdmin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Where going on could lose or repeat a record, the relay stops and says what to do.
 * Ingestion goes on.
 */
class RelayRefusalIT {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final String topic = KafkaServer.newTopic();

	private final TopicAdmin admin = new TopicAdmin(KafkaServer.address());

	@TempDir
	private Path folder;

	@AfterEach
	void disconnect() {
		this.admin.close();
	}

	private GatewayInProcess gateway(String data) {
		return GatewayInProcess.on("--gateway.relay.enabled=true", "--gateway.relay.topic=" + this.topic,
				"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.partitions=2",
				"--gateway.data-dir=" + this.folder.resolve(data));
	}

	@Test
	void asksForPartitionsWhereTheTopicHasFewer() {
		this.admin.create(this.topic, 1, Map.of());
		try (GatewayInProcess gateway = gateway("a")) {
			GatewayClient client = gateway.client();
			assertRefused(client, "The topic " + this.topic + " has 1 partitions, the log has 2.", "--partitions 2");
			this.admin.grow(this.topic, 2);
			RelayCheck.awaitRelayed(client, 1, PATIENCE);
			RelayCheck.equalsLog(client, KafkaServer.address(), this.topic, 1);
			assertThat(client.get("/actuator/health/relay").json().get("status").stringValue()).isEqualTo("UP");
		}
	}

	@Test
	void refusesATopicWithMorePartitions() {
		this.admin.create(this.topic, 3, Map.of());
		try (GatewayInProcess gateway = gateway("a")) {
			assertRefused(gateway.client(), "The topic " + this.topic + " has 3 partitions, the log has 2.",
					"Set gateway.partitions to 3");
		}
	}

	@Test
	void refusesCursorsThatKafkaWouldForget() {
		this.admin.create(this.topic + "-cursor", 2, Map.of("cleanup.policy", "compact,delete"));
		try (GatewayInProcess gateway = gateway("a")) {
			assertRefused(gateway.client(), "Kafka would forget the cursors", "cleanup.policy=compact");
		}
	}

	@Test
	void refusesToRepeatWhatTheCursorTopicHasForgotten() {
		relayOneRecord();
		this.admin.delete(this.topic + "-cursor");
		try (GatewayInProcess gateway = gateway("a")) {
			assertRefused(gateway.client(), "does not know how far the relay was", "name topics that do not exist yet");
		}
	}

	@Test
	void refusesATopicThatWasMadeAnew() {
		relayOneRecord();
		this.admin.delete(this.topic);
		try (GatewayInProcess gateway = gateway("a")) {
			assertRefused(gateway.client(), "the topic was created anew", "Delete the topic");
		}
	}

	@Test
	void refusesAnotherDatabaseThanTheOneRelayedAndDoesNotDisturbIt() {
		try (GatewayInProcess owner = gateway("a")) {
			GatewayClient client = owner.client();
			long producer = client.newProducer();
			assertThat(client.append(1, producer, 0, "1").status()).isEqualTo(201);
			RelayCheck.awaitRelayed(client, 1, PATIENCE);
			try (GatewayInProcess other = gateway("b")) {
				assertRefused(other.client(), "the database is another one", "Connect the gateway to the database");
			}
			assertThat(client.append(1, producer, 1, "2").status()).isEqualTo(201);
			RelayCheck.awaitRelayed(client, 1, PATIENCE);
			RelayCheck.equalsLog(client, KafkaServer.address(), this.topic, 1);
			assertThat(client.get("/actuator/metrics/gateway.relay.transactions?tag=outcome:fenced")
				.json()
				.at("/measurements/0/value")
				.doubleValue()).isZero();
		}
	}

	private void relayOneRecord() {
		try (GatewayInProcess gateway = gateway("a")) {
			GatewayClient client = gateway.client();
			assertThat(client.append(1, client.newProducer(), 0, "1").status()).isEqualTo(201);
			RelayCheck.awaitRelayed(client, 1, PATIENCE);
		}
	}

	private static void assertRefused(GatewayClient client, String reason, String action) {
		await().atMost(PATIENCE)
			.until(() -> client.get("/actuator/health/relay").json().path("details").has("stopped"));
		GatewayClient.Answer health = client.get("/actuator/health/relay");
		assertThat(health.status()).isEqualTo(503);
		JsonNode stopped = health.json().at("/details/stopped/0");
		assertThat(stopped.get("reason").stringValue()).contains(reason);
		assertThat(stopped.get("action").stringValue()).contains(action);
		assertThat(client.append(1, client.newProducer(), 0, "1").status()).isEqualTo(201);
		assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
		assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
	}

}
