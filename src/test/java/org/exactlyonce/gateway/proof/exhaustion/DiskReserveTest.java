package org.exactlyonce.gateway.proof.exhaustion;

import java.nio.file.Path;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A disk with less room than is to be kept free: what has been stored is answered,
 * nothing more is stored.
 */
class DiskReserveTest {

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
		try (GatewayInProcess gateway = GatewayInProcess.onH2(this.folder, "--gateway.store.min-free-disk=9000000GB")) {
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

}
