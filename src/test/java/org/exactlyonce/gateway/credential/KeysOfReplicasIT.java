package org.exactlyonce.gateway.credential;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.nimbusds.jose.jwk.ECKey;

import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.IssuerServer;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What one replica decides about keys holds on the other, and without a database no
 * caller gets in.
 */
class KeysOfReplicasIT {

	@TempDir
	private Path folder;

	@Test
	void keyIsValidAndRevokedOnBoth() throws Exception {
		try (OwnPostgres postgres = new OwnPostgres(this.folder.resolve("data"));
				GatewayInProcess first = start(postgres);
				GatewayInProcess second = start(postgres)) {
			TokenGateway here = new TokenGateway(first.client());
			TokenGateway there = new TokenGateway(second.client());
			there.get(NewKey.random(), "/partitions");
			Answer made = here.make("orders", "{\"may\": [\"read\"]}", null);
			String key = made.json().get("key").asString();
			await().atMost(Duration.ofSeconds(1))
				.untilAsserted(() -> assertThat(there.get(key, "/partitions").status()).isEqualTo(200));
			assertThat(here.send(TokenGateway.ADMIN_KEY, "DELETE", made.header("Location"), null).status())
				.isEqualTo(204);
			assertThat(here.get(key, "/partitions").status()).isEqualTo(401);
			await().atMost(Duration.ofSeconds(5))
				.untilAsserted(() -> assertThat(there.get(key, "/partitions").status()).isEqualTo(401));
			String other = here.key("read");
			assertThat(here.get(other, "/partitions").status()).isEqualTo(200);
			postgres.stop();
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				Answer answer = here.get(other, "/swagger-ui.html");
				assertThat(answer.status()).isEqualTo(503);
				assertThat(answer.code()).isEqualTo("STORE_UNAVAILABLE");
				assertThat(answer.header("Retry-After")).isNotNull();
			});
			assertThat(here.get(null, "/partitions").status()).isEqualTo(401);
		}
	}

	/** What else would tell of the outage? */
	@Test
	void metricsGoOnWithoutADatabaseForCredentialsThatNeedNone() throws Exception {
		ECKey key = IssuerServer.newEcKey("ec");
		try (OwnPostgres postgres = new OwnPostgres(this.folder.resolve("data"));
				IssuerServer issuer = new IssuerServer(key);
				GatewayInProcess gateway = start(postgres,
						"--spring.security.oauth2.resourceserver.jwt.issuer-uri=" + issuer.uri(),
						"--spring.security.oauth2.resourceserver.jwt.audiences=" + IssuerServer.AUDIENCE)) {
			TokenGateway client = new TokenGateway(gateway.client());
			String monitor = client.key("monitor");
			String token = IssuerServer.sign(key, issuer.claims("gateway:monitor"));
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(client.get(monitor, "/actuator/prometheus").text())
					.containsPattern("gateway_ready\\{.*} 1.0"));
			postgres.stop();
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(client.get(monitor, "/actuator/prometheus").status()).isEqualTo(503));
			for (String credential : new String[] { token, TokenGateway.ADMIN_KEY }) {
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(client.get(credential, "/actuator/prometheus").text())
						.containsPattern("gateway_ready\\{.*} 0.0"));
			}
		}
	}

	private static GatewayInProcess start(OwnPostgres postgres, String... more) {
		List<String> settings = new ArrayList<>(
				List.of("--gateway.security.mode=token", "--gateway.security.admin-key=" + TokenGateway.ADMIN_KEY,
						"--spring.datasource.hikari.connection-timeout=1000"));
		settings.addAll(List.of(more));
		return GatewayInProcess.on(postgres.arguments(settings.toArray(String[]::new)));
	}

}
