package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kafka behind TLS and a password, as {@code spring.kafka.*} and a bundle of certificates
 * describe it.
 */
class RelaySecurityIT {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String PASSWORD = "not-a-secret";

	private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required "
			+ "username=\"gateway\" password=\"%s\"";

	@TempDir
	private Path folder;

	@Test
	void relaysOverTlsWithAPasswordToABrokerItTrusts() throws Exception {
		String store = certificate("kafka");
		try (OwnKafka kafka = secured(store)) {
			try (GatewayInProcess gateway = gateway(kafka.address(), store, PASSWORD)) {
				GatewayClient client = gateway.client();
				assertThat(client.append(0, client.newProducer(), 0, "1").status()).isEqualTo(201);
				RelayCheck.awaitRelayed(client, 0, PATIENCE);
			}
			try (GatewayInProcess gateway = gateway(kafka.address(), store, "wrong")) {
				GatewayClient client = gateway.client();
				await().atMost(PATIENCE)
					.until(() -> client.get("/actuator/health/relay")
						.json()
						.at("/details/retrying/0/reason")
						.asString("")
						.contains("Authentication failed"));
				assertThat(client.append(0, client.newProducer(), 0, "1").status()).isEqualTo(201);
			}
			assertNotTrusted(kafka.address(), certificate("other"));
			assertNotTrusted(kafka.address().replace("127.0.0.1", "localhost"), store);
		}
	}

	private void assertNotTrusted(String address, String store) {
		try (GatewayInProcess gateway = gateway(address, store, PASSWORD)) {
			GatewayClient client = gateway.client();
			assertThat(client.append(0, client.newProducer(), 0, "1").status()).isEqualTo(201);
			await().atMost(PATIENCE)
				.untilAsserted(
						() -> assertThat(client.get("/actuator/health/relay").text()).contains("SSL handshake failed"));
			assertThat(client.get("/partitions/0").json().path("relayedOffset").asLong(0)).isZero();
		}
	}

	private static GatewayInProcess gateway(String address, String store, String password) {
		return GatewayInProcess.onH2("--gateway.relay.enabled=true", "--gateway.partitions=1",
				"--spring.kafka.bootstrap-servers=" + address, "--spring.kafka.security.protocol=SASL_SSL",
				"--spring.kafka.properties.sasl.mechanism=PLAIN",
				"--spring.kafka.properties.sasl.jaas.config=" + LOGIN.formatted(password) + ";",
				"--spring.kafka.ssl.bundle=kafka", "--spring.ssl.bundle.jks.kafka.truststore.location=" + store,
				"--spring.ssl.bundle.jks.kafka.truststore.password=" + PASSWORD,
				"--spring.ssl.bundle.jks.kafka.truststore.type=PKCS12");
	}

	private OwnKafka secured(String store) throws Exception {
		String login = LOGIN.formatted(PASSWORD);
		return new OwnKafka(this.folder,
				Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN", "sasl.jaas.config", login + ";",
						"ssl.truststore.location", store, "ssl.truststore.password", PASSWORD, "ssl.truststore.type",
						"PKCS12"),
				"listeners=SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
				"advertised.listeners=SASL_SSL://127.0.0.1:{port}", "inter.broker.listener.name=SASL_SSL",
				"listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
				"sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
				"listener.name.sasl_ssl.plain.sasl.jaas.config=" + login + " user_gateway=\"" + PASSWORD + "\";",
				"ssl.keystore.location=" + store, "ssl.keystore.password=" + PASSWORD, "ssl.keystore.type=PKCS12",
				"ssl.truststore.location=" + store, "ssl.truststore.password=" + PASSWORD,
				"ssl.truststore.type=PKCS12");
	}

	/** A certificate for 127.0.0.1 that signs itself, with its key. */
	private String certificate(String name) throws Exception {
		Path store = this.folder.resolve(name + ".p12");
		int made = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", name, "-keyalg", "RSA", "-dname", "CN=broker", "-ext", "SAN=ip:127.0.0.1",
				"-validity", "2", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
			.inheritIO()
			.start()
			.waitFor();
		assertThat(made).isZero();
		return store.toString();
	}

}
