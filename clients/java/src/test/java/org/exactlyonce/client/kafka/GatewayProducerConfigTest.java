package org.exactlyonce.client.kafka;

import java.lang.reflect.Constructor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Value;
import org.exactlyonce.client.support.WithoutHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Kafka's settings as those of the client.
 */
class GatewayProducerConfigTest {

	private static GatewayProducerConfig config(Object... more) {
		Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", "http://localhost:8080"));
		for (int i = 0; i < more.length; i += 2) {
			settings.put(more[i].toString(), more[i + 1]);
		}
		return new GatewayProducerConfig(
				GatewayProducerConfig.withSerializers(settings, new StringSerializer(), new StringSerializer()));
	}

	private static ProducerSettings client(Object... more) {
		return config(more).client().build();
	}

	@Test
	void defaultsAreKafkasButTheBatch() {
		ProducerSettings client = client();
		assertThat(client.delivery()).isEqualTo(Delivery.EXACTLY_ONCE);
		assertThat(client.name()).isNull();
		assertThat(client.token()).isNull();
		assertThat(client.linger()).isEqualTo(Duration.ofMillis(5));
		assertThat(client.batchBytes()).isEqualTo(262_144);
		assertThat(client.maxRequestBytes()).isEqualTo(1_048_576);
		assertThat(client.maxInFlight()).isEqualTo(5);
		assertThat(client.requestTimeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(client.deliveryTimeout()).isEqualTo(Duration.ofMinutes(2));
		assertThat(client.retryBackoff()).isEqualTo(Duration.ofMillis(100));
		assertThat(client.retryBackoffMax()).isEqualTo(Duration.ofSeconds(1));
		assertThat(client.bufferBytes()).isEqualTo(33_554_432);
		assertThat(client.maxBlock()).isEqualTo(Duration.ofMinutes(1));
		assertThat(client.metadataMaxAge()).isEqualTo(Duration.ofMinutes(5));
		assertThat(config().clientId()).startsWith("producer-");
	}

	@Test
	void transportIsTheJdksOrApaches() {
		assertThat(config().isApache()).isFalse();
		assertThat(config("gateway.transport", "apache").isApache()).isTrue();
		assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> config("gateway.transport", "netty"))
			.withMessageContaining("jdk, apache");
	}

	@Test
	void saysWhichArtifactTheTransportNeeds() throws Exception {
		Map<String, Object> settings = Map.of("bootstrap.servers", "http://localhost:1", "gateway.transport", "apache",
				"key.serializer", StringSerializer.class, "value.serializer", StringSerializer.class);
		Constructor<?> producer = new WithoutHttpClient().loadClass(GatewayProducer.class.getName())
			.getConstructor(Map.class);
		assertThatThrownBy(() -> producer.newInstance(settings)).cause()
			.isInstanceOf(KafkaException.class)
			.cause()
			.isInstanceOf(ConfigException.class)
			.hasMessageContaining("gateway.transport")
			.hasMessageContaining("org.apache.httpcomponents.client5:httpclient5");
	}

	@Test
	void settingsMayBeText() {
		ProducerSettings client = client("bootstrap.servers", "HTTP://one:8080, https://two.example.org/log",
				"linger.ms", "7", "batch.size", "1000", "gateway.producer.name", "orders", "gateway.outbox.dir", "out",
				"gateway.token", "secret");
		assertThat(client.urls()).containsExactly(URI.create("HTTP://one:8080/"),
				URI.create("https://two.example.org/log/"));
		assertThat(client.linger()).isEqualTo(Duration.ofMillis(7));
		assertThat(client.batchBytes()).isEqualTo(1000);
		assertThat(client.name()).isEqualTo("orders");
		assertThat(client.outbox()).isEqualTo(Path.of("out"));
		assertThat(client.token().get()).isEqualTo("secret");
	}

	@Test
	void tokenMayBeBroughtForEachRequest() {
		int[] calls = { 0 };
		Supplier<String> fresh = () -> "token " + ++calls[0];
		ProducerSettings client = client("gateway.token", fresh);
		assertThat(client.token().get()).isEqualTo("token 1");
		assertThat(client.token().get()).isEqualTo("token 2");
		assertThat(client("gateway.token", new Password("secret")).token().get()).isEqualTo("secret");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			-   | -     | -      | EXACTLY_ONCE
			-   | -     | orders | EXACTLY_ONCE
			-   | true  | -      | EXACTLY_ONCE
			-   | true  | orders | EXACTLY_ONCE
			-   | false | -      | AT_LEAST_ONCE
			-   | false | orders | -
			all | -     | -      | EXACTLY_ONCE
			all | -     | orders | EXACTLY_ONCE
			all | true  | -      | EXACTLY_ONCE
			all | true  | orders | EXACTLY_ONCE
			all | false | -      | AT_LEAST_ONCE
			all | false | orders | -
			-1  | true  | orders | EXACTLY_ONCE
			-1  | false | -      | AT_LEAST_ONCE
			1   | -     | -      | EXACTLY_ONCE
			1   | -     | orders | EXACTLY_ONCE
			1   | true  | -      | EXACTLY_ONCE
			1   | true  | orders | EXACTLY_ONCE
			1   | false | -      | AT_LEAST_ONCE
			1   | false | orders | -
			0   | -     | -      | AT_MOST_ONCE
			0   | -     | orders | -
			0   | true  | -      | -
			0   | true  | orders | -
			0   | false | -      | AT_MOST_ONCE
			0   | false | orders | -
			""")
	void acksIdempotenceAndTheNameAreTheDelivery(String acks, String idempotence, String name, Delivery delivery) {
		Map<String, Object> settings = new HashMap<>();
		settings.put("acks", acks);
		settings.put("enable.idempotence", idempotence);
		settings.put("gateway.producer.name", name);
		settings.values().removeIf(Objects::isNull);
		Object[] pairs = settings.entrySet()
			.stream()
			.flatMap((setting) -> Stream.of(setting.getKey(), setting.getValue()))
			.toArray();
		if (delivery != null) {
			assertThat(client(pairs).delivery()).isEqualTo(delivery);
			assertThat(client(pairs).name()).isEqualTo(name);
		}
		else {
			assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> client(pairs));
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			bootstrap.servers=localhost:9092 | http://localhost:8080
			enable.idempotence=true acks=0 | acks
			enable.idempotence=false retries=0 | retries
			enable.idempotence=false gateway.producer.name=orders | gateway.producer.name
			gateway.outbox.dir=out | gateway.producer.name
			gateway.value.content-type=image/png | application/json
			security.protocol=SSL | https
			security.protocol=SASL_SSL bootstrap.servers=https://localhost | gateway.token
			ssl.engine.factory.class=org.apache.kafka.common.security.ssl.DefaultSslEngineFactory | gateway.ssl.context
			delivery.timeout.ms=100 | delivery.timeout.ms
			linger.ms=soon | linger.ms
			""")
	void contradictionsAreRefused(String settings, String named) {
		Object[] pairs = settings.split("[= ]");
		assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> {
			GatewayProducerConfig config = config(pairs);
			config.valueKind();
			config.client();
		}).withMessageContaining(named);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			bootstrap.servers=localhost:9092 | http://localhost:8080
			bootstrap.servers=http:///log | http://localhost:8080
			bootstrap.servers=user:secret@localhost:8080 | no user and no password
			bootstrap.servers=user:sec,ret@localhost:8080 | no user and no password
			bootstrap.servers=http://user:secret@my_host:8080 | no user and no password
			enable.idempotence=false gateway.producer.name=orders | gateway.producer.name
			""")
	void producerOfAContradictionIsNotMade(String settings, String named) {
		Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", "http://localhost:8080"));
		for (String each : settings.split(" ")) {
			all.put(each.split("=")[0], each.split("=")[1]);
		}
		assertThatExceptionOfType(KafkaException.class)
			.isThrownBy(() -> new GatewayProducer<>(all, new StringSerializer(), new StringSerializer()))
			.withCauseInstanceOf(ConfigException.class)
			.havingCause()
			.withMessageContaining(named)
			.withMessageNotContaining("sec");
	}

	@Test
	void deliveryTimeoutThatIsNotSetFollowsTheOthers() {
		assertThat(client("request.timeout.ms", 200_000, "linger.ms", 1000).deliveryTimeout())
			.isEqualTo(Duration.ofMillis(201_000));
	}

	@Test
	void contentTypeIsTheKindOfValues() {
		assertThat(config().valueKind()).isNull();
		assertThat(config("gateway.value.content-type", "application/json").valueKind()).isEqualTo(Value.Kind.JSON);
		assertThat(config("gateway.value.content-type", "text/plain").valueKind()).isEqualTo(Value.Kind.TEXT);
		assertThat(config("gateway.value.content-type", "application/octet-stream").valueKind())
			.isEqualTo(Value.Kind.BYTES);
	}

	@Test
	void sslSettingsAreAContext() throws Exception {
		Path authorities = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
		assertThat(client("bootstrap.servers", "https://localhost").sslContext()).isNull();
		assertThat(client("bootstrap.servers", "https://localhost", "ssl.truststore.location", authorities.toString(),
				"ssl.truststore.password", "changeit")
			.sslContext()).isNotNull();
		SSLContext own = SSLContext.getDefault();
		assertThat(client("gateway.ssl.context", own).sslContext()).isSameAs(own);
	}

	@Test
	void settingsWithoutMeaningAreNamed() {
		assertThat(
				warnings("compression.type", "gzip", "retries", 3, "gateway.producer.nmae", "orders", "linger.ms", 3))
			.containsExactly("These settings have no meaning for a gateway: "
					+ "[compression.type, gateway.producer.nmae, retries]");
	}

	@Test
	void acksOfOneIsWarnedOfOnce() {
		assertThat(warnings("acks", "1"))
			.containsExactly("acks=1 is taken as all: a gateway answers when the record is durable.");
		assertThat(warnings("acks", "all")).isEmpty();
	}

	private static List<String> warnings(Object... settings) {
		Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", "http://localhost:8080"));
		for (int i = 0; i < settings.length; i += 2) {
			all.put(settings[i].toString(), settings[i + 1]);
		}
		Logger logger = (Logger) LoggerFactory.getLogger(GatewayProducerConfig.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try {
			new GatewayProducer<>(all, new StringSerializer(), new StringSerializer()).close();
		}
		finally {
			logger.detachAppender(lines);
		}
		return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
