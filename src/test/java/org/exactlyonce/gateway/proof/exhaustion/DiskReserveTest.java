package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A disk with less room than is to be kept free: what has been stored is answered,
 * nothing more is stored.
 */
class DiskReserveTest {

	private static final String NO_ROOM = "--gateway.store.min-free-disk=9000000GB";

	@TempDir
	private Path folder;

	@Test
	void answersWhatIsStoredAndRefusesWhatIsNew() {
		long producer;
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder)) {
			GatewayClient client = gateway.client();
			producer = client.newProducer();
			assertThat(client.append(0, producer, 0, "1").status()).isEqualTo(201);
		}
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, NO_ROOM)) {
			GatewayClient client = gateway.client();
			assertThat(client.append(0, producer, 0, "1").status()).isEqualTo(200);
			assertThat(client.append(0, producer, 0, "2").status()).isEqualTo(422);
			assertThat(client.append(0, producer, 5, "5").status()).isEqualTo(409);
			GatewayClient.Answer refused = client.append(0, producer, 1, "2");
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.code()).isEqualTo("STORE_UNAVAILABLE");
			assertThat(refused.header("Retry-After")).isNotNull();
			assertThat(client.send("POST", "/producers", null).status()).isEqualTo(503);
			assertThat(client.get("/partitions/0").json().get("logEndOffset").longValue()).isOne();
			GatewayClient.Answer health = client.get("/actuator/health");
			assertThat(health.status()).isEqualTo(503);
			assertThat(health.json().at("/components/db/details/reason").stringValue())
				.contains("gateway.store.min-free-disk");
			assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
		}
	}

	/** Or the disk would be full for good. */
	@Test
	void goesOnWithWhatMakesRoom() throws IOException {
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, "--gateway.retention-interval=1h")) {
			GatewayClient client = gateway.client();
			long producer = client.newProducer();
			String value = "\"" + "x".repeat(500_000) + "\"";
			for (int sequence = 0; sequence < 60; sequence++) {
				assertThat(client.append(0, producer, sequence, value).status()).isEqualTo(201);
			}
			assertThat(client.putTopic("old", "{}").status()).isEqualTo(201);
		}
		Path file = this.folder.resolve("gateway.mv.db");
		assertThat(Files.size(file)).isGreaterThan(30_000_000);
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, NO_ROOM,
				"--gateway.retention-interval=100ms")) {
			GatewayClient client = gateway.client();
			assertThat(client.putTopic("new", "{}").status()).isEqualTo(503);
			assertThat(client.putTopic("records", "{\"partitions\": 9}").status()).isEqualTo(503);
			assertThat(client.send("DELETE", "/topics/old", null).status()).isEqualTo(204);
			assertThat(client.putTopic("records", "{\"retentionBytes\": 1}").status()).isEqualTo(200);
			await().atMost(Duration.ofSeconds(60))
				.until(() -> Files.size(file) < 5_000_000
						&& client.get("/partitions/0").json().get("logStartOffset").intValue() == 59);
		}
	}

	/** Retention waits for what is relayed, and what is relayed for a lease. */
	@Test
	void relayHoldsItsLeases() {
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, NO_ROOM, "--gateway.relay.enabled=true",
				"--spring.kafka.bootstrap-servers=localhost:1")) {
			GatewayClient client = gateway.client();
			await().atMost(Duration.ofSeconds(30))
				.until(() -> client.get("/actuator/health/relay").json().at("/details/partitionsHeld").intValue() == 8);
		}
	}

}
