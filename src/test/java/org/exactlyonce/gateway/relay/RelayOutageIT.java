package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kafka is not there, at the start or later: a lag and a detail in health, no refused
 * append.
 */
class RelayOutageIT {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@TempDir
	private Path folder;

	@Test
	void appendsWhileKafkaIsAwayAndCatchesUp() throws Exception {
		try (OwnKafka kafka = new OwnKafka(this.folder)) {
			kafka.kill();
			try (GatewayInProcess gateway = GatewayInProcess.onH2("--gateway.relay.enabled=true",
					"--spring.kafka.bootstrap-servers=" + kafka.address(), "--gateway.partitions=2",
					"--spring.kafka.properties.request.timeout.ms=3000",
					"--spring.kafka.properties.default.api.timeout.ms=3000",
					"--spring.kafka.producer.properties.max.block.ms=3000",
					"--spring.kafka.producer.properties.delivery.timeout.ms=6000")) {
				GatewayClient client = gateway.client();
				LoadingProducer producer = new LoadingProducer(client.newProducer(), 0).start(client);
				assertWaiting(client, producer);
				kafka.start();
				RelayCheck.awaitRelayed(client, 1, PATIENCE);
				await().atMost(PATIENCE).until(() -> health(client).at("/details/retrying").isMissingNode());
				kafka.kill();
				assertWaiting(client, producer);
				await().atMost(PATIENCE).until(() -> health(client).at("/details/lagSeconds").intValue() > 1);
				assertThat(client.get("/actuator/prometheus").text())
					.containsPattern("gateway_relay_lag_records\\{\\S*partition=\"0\"\\S* [1-9]");
				kafka.start();
				producer.stop();
				RelayCheck.awaitRelayed(client, 0, PATIENCE);
				RelayCheck.equalsLog(client, kafka.address(), "records", 0);
				assertThat(List.of(producer.surprises(), producer.refused())).containsExactly(List.of(), 0);
			}
		}
	}

	private static void assertWaiting(GatewayClient client, LoadingProducer producer) {
		await().atMost(PATIENCE).until(() -> !health(client).at("/details/retrying/0/reason").isMissingNode());
		int before = producer.acknowledged();
		await().atMost(PATIENCE).until(() -> producer.acknowledged() > before + 100);
		assertThat(health(client).get("status").stringValue()).isEqualTo("UP");
		assertThat(client.get("/actuator/health").status()).isEqualTo(200);
		assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
	}

	private static JsonNode health(GatewayClient client) {
		return client.get("/actuator/health/relay").json();
	}

}
