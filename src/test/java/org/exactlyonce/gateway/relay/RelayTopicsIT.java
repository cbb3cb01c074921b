package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.PostgresServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Gateways on one database that relay to different topics: each topic gets the whole log,
 * once and in order, be it by mistake or while the topic is renamed.
 */
class RelayTopicsIT {

	private static final int PARTITIONS = 2;

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final String database = PostgresServer.newDatabase();

	private final String topic = KafkaServer.newTopic();

	private final String renamed = KafkaServer.newTopic();

	private GatewayInProcess gateway(String topic, String... more) {
		String[] settings = { "--gateway.relay.enabled=true", "--gateway.relay.topic=" + topic,
				"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.partitions=" + PARTITIONS,
				"--spring.datasource.url=" + this.database, "--spring.datasource.username=postgres" };
		return GatewayInProcess.on(Stream.of(settings, more).flatMap(Stream::of).toArray(String[]::new));
	}

	private static JsonNode relay(GatewayClient client) {
		return client.get("/actuator/health/relay").json();
	}

	private static void append(GatewayClient client, long producer, long sequence) {
		for (int partition = 0; partition < PARTITIONS; partition++) {
			assertThat(client.append(partition, producer, sequence, "" + sequence).status()).isEqualTo(201);
		}
	}

	private static void assertRelayed(GatewayClient client, String topic) {
		for (int partition = 0; partition < PARTITIONS; partition++) {
			RelayCheck.awaitRelayed(client, partition, PATIENCE);
			RelayCheck.equalsLog(client, KafkaServer.address(), topic, partition);
		}
	}

	@Test
	void bringsTheWholeLogToEachTopicWhileItIsRenamed() {
		GatewayInProcess before = gateway(this.topic);
		try (GatewayInProcess after = gateway(this.renamed)) {
			long producer;
			try (before) {
				producer = before.client().newProducer();
				append(before.client(), producer, 0);
				assertRelayed(before.client(), this.topic);
				append(after.client(), producer, 1);
				assertRelayed(after.client(), this.renamed);
				assertRelayed(before.client(), this.topic);
				await().atMost(PATIENCE).until(() -> relay(before.client()).at("/details/otherTopics").size() == 1);
				JsonNode health = relay(after.client());
				assertThat(health.get("status").stringValue()).isEqualTo("UP");
				assertThat(health.at("/details/partitionsHeld").intValue()).isEqualTo(PARTITIONS);
				assertThat(health.at("/details/otherTopics/0").stringValue()).isEqualTo(this.topic);
			}
			append(after.client(), producer, 2);
			assertRelayed(after.client(), this.renamed);
			await().atMost(PATIENCE).until(() -> relay(after.client()).at("/details/otherTopics").isMissingNode());
		}
	}

	/** Leases of the old prefix say nothing of the new one, not even after a kill. */
	@Test
	void relaysAnewUnderAnotherPrefix() {
		String path = "/topics/orders/partitions/0";
		try (GatewayInProcess before = gateway(this.topic, "--gateway.relay.topic-prefix=" + this.topic + ".")) {
			before.client().putTopic("orders", "{\"partitions\": 1}");
			long producer = before.client().newProducer();
			assertThat(before.client().append(path, producer, 0, 0, "0").status()).isEqualTo(201);
			RelayCheck.awaitRelayed(before.client(), path, PATIENCE);
			try (GatewayInProcess misspelt = gateway(this.topic,
					"--gateway.relay.topic-prefix=" + this.renamed + ".")) {
				RelayCheck.awaitRelayed(misspelt.client(), path, PATIENCE);
				RelayCheck.equalsLog(misspelt.client(), path, KafkaServer.address(), this.renamed + ".orders", 0, 0);
				assertThat(relay(misspelt.client()).at("/details/otherTopics/0").stringValue())
					.isEqualTo(this.topic + " " + this.topic + ". " + this.topic + "-cursor");
			}
		}
	}

	@Test
	void refusesToShareTheCursorsOfAnotherTopic() {
		String cursors = "--gateway.relay.cursor-topic=" + this.topic + "-shared";
		try (GatewayInProcess gateway = gateway(this.topic, cursors)) {
			long producer = gateway.client().newProducer();
			append(gateway.client(), producer, 0);
			assertRelayed(gateway.client(), this.topic);
			try (GatewayInProcess other = gateway(this.renamed, cursors)) {
				await().atMost(PATIENCE).until(() -> relay(other.client()).path("details").has("stopped"));
				assertThat(relay(other.client()).at("/details/stopped/0/reason").stringValue())
					.contains("has the cursors of the topic " + this.topic + ", not of " + this.renamed);
				append(gateway.client(), producer, 1);
				assertRelayed(gateway.client(), this.topic);
			}
		}
	}

}
