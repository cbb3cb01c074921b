package org.exactlyonce.client.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.RecordReader;
import org.exactlyonce.client.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.exactlyonce.client.kafka.Contract.await;
import static org.exactlyonce.client.kafka.Contract.failure;
import static org.exactlyonce.client.kafka.Contract.record;

/**
 * Who a gateway serves, and which gateway a producer trusts.
 */
class AccessIT {

	private static final int LONG_BEFORE_THE_DELIVERY_TIMEOUT = 60;

	private static final String KEY = "key-of-the-administrator-in-tests-0123456789";

	@Test
	void tokenAuthenticates() throws Exception {
		try (GatewayLog log = GatewayLog.start("--gateway.security.mode=token",
				"--gateway.security.admin-key=" + KEY)) {
			Supplier<String> key = () -> KEY;
			try (Producer<String, String> producer = open(log, "gateway.token", key)) {
				assertThat(await(producer.send(record(0, "value"))).offset()).isZero();
			}
			try (Producer<String, String> producer = open(log, "max.block.ms", 2000)) {
				assertThat(failure(producer.send(record(0, "value")))).isInstanceOf(AuthenticationException.class);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdk", "apache" })
	void trustStoreAuthenticatesTheGateway(String transport, @TempDir Path folder) throws Exception {
		Path store = folder.resolve("store.p12");
		try (GatewayLog log = overTls(store);
				Producer<String, String> trusting = open(log, "ssl.truststore.location", store.toString(),
						"ssl.truststore.password", KEY, "ssl.truststore.type", "PKCS12", "security.protocol", "SSL",
						"gateway.transport", transport);
				Producer<String, String> doubting = open(log, "gateway.transport", transport)) {
			assertThat(await(trusting.send(record(0, "value"))).offset()).isZero();
			assertThat(failure(doubting.send(record(0, "value")))).isInstanceOf(SslAuthenticationException.class)
				.hasMessageContaining("ssl.truststore.location")
				.hasStackTraceContaining("unable to find valid certification path");
		}
	}

	@Test
	void producerSaysAtOnceThatTheAuthorityIsUnknown(@TempDir Path folder) throws Exception {
		try (GatewayLog log = overTls(folder.resolve("store.p12"))) {
			for (Delivery delivery : Delivery.values()) {
				try (RecordProducer producer = RecordProducer
					.open(ProducerSettings.builder(log.address()).delivery(delivery).build())) {
					assertThatThrownBy(() -> producer.send(new OutgoingRecord(0, Value.text("value")))
						.get(LONG_BEFORE_THE_DELIVERY_TIMEOUT, TimeUnit.SECONDS)).as(delivery.name())
						.hasCauseInstanceOf(NotTrustedException.class)
						.hasStackTraceContaining("unable to find valid certification path");
				}
			}
		}
	}

	@Test
	void readerSaysThatTheAuthorityIsUnknown(@TempDir Path folder) throws Exception {
		try (GatewayLog log = overTls(folder.resolve("store.p12"));
				RecordReader reader = read(log.address());
				RecordReader beside = read(log.address(), log.address().replace("127.0.0.1", "localhost"));
				RecordReader patient = read(log.address(), "https://127.0.0.1:1")) {
			for (RecordReader doubting : List.of(reader, beside)) {
				assertThatThrownBy(() -> doubting.poll(Duration.ofMinutes(1))).isInstanceOf(NotTrustedException.class)
					.hasMessageContaining("ReaderSettings.withSslContext")
					.hasStackTraceContaining("unable to find valid certification path");
			}
			assertThat(patient.poll(Duration.ofSeconds(2))).as("the other may be trusted").isNull();
		}
	}

	private static GatewayLog overTls(Path store) throws Exception {
		createStore(store);
		return GatewayLog.start("--server.ssl.key-store=" + store, "--server.ssl.key-store-password=" + KEY);
	}

	private static RecordReader read(String... urls) {
		return RecordReader.open(ReaderSettings.of(urls), 0, Position.earliest());
	}

	private static void createStore(Path store) throws Exception {
		Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
		Process process = new ProcessBuilder(keytool.toString(), "-genkeypair", "-alias", "gateway", "-keyalg", "EC",
				"-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore",
				store.toString(), "-storepass", KEY)
			.inheritIO()
			.start();
		assertThat(process.waitFor()).isZero();
	}

	private static Producer<String, String> open(GatewayLog log, Object... more) {
		Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", log.address()));
		for (int i = 0; i < more.length; i += 2) {
			settings.put(more[i].toString(), more[i + 1]);
		}
		return new GatewayProducer<>(settings, new StringSerializer(), new StringSerializer());
	}

}
