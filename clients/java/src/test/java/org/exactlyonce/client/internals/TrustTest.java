package org.exactlyonce.client.internals;

import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.net.ssl.SSLHandshakeException;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ProducerSettingsBuilder;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Where no gateway is trusted from the beginning, that is told at once; else it is tried
 * again.
 */
@Timeout(30)
class TrustTest {

	private final ScriptedGateway gateway = new ScriptedGateway();

	/** Answers instead of the gateway; null: the gateway does. */
	private volatile Function<URI, CompletableFuture<Transport.Response>> instead = (uri) -> null;

	@ParameterizedTest
	@CsvSource({ "EXACTLY_ONCE, https://a https://b", "AT_LEAST_ONCE, https://a", "AT_MOST_ONCE, https://a" })
	void recordFailsAtOnceWhereNoGatewayIsTrusted(Delivery delivery, String urls) throws Exception {
		this.instead = (uri) -> distrusted();
		try (RecordProducer producer = RecordProducer.open(patient(urls.split(" ")).delivery(delivery).build())) {
			assertThatThrownBy(() -> send(producer, "r0").get(10, TimeUnit.SECONDS))
				.hasCauseInstanceOf(NotTrustedException.class)
				.hasMessageContaining("sslContext")
				.hasStackTraceContaining("unknown authority");
			this.instead = (uri) -> null;
			send(producer, "r1").get(10, TimeUnit.SECONDS);
		}
		assertThat(this.gateway.log).containsExactly("r1");
	}

	@Test
	void numberOfPartitionsIsRefusedAtOnceWhereNoGatewayIsTrusted() {
		this.instead = (uri) -> distrusted();
		try (RecordProducer producer = RecordProducer.open(patient("https://a", "https://b").build())) {
			assertThatExceptionOfType(NotTrustedException.class).isThrownBy(() -> producer.partitions("records"));
		}
	}

	@Test
	void gatewayThatHasAnsweredMayBeTrustedAgain() throws Exception {
		AtomicInteger left = new AtomicInteger(3);
		try (RecordProducer producer = RecordProducer.open(patient("https://a").build())) {
			send(producer, "r0").get(10, TimeUnit.SECONDS);
			this.instead = (uri) -> (left.getAndDecrement() > 0) ? distrusted() : null;
			send(producer, "r1").get(10, TimeUnit.SECONDS);
		}
		assertThat(left).hasNegativeValue();
		assertThat(this.gateway.log).containsExactly("r0", "r1");
	}

	@Test
	void gatewayThatIsAwayMayBeTrusted() throws Exception {
		this.instead = (uri) -> uri.getHost().equals("a") ? distrusted() : ScriptedGateway.none();
		assertTimeout(settings("https://a", "https://b"));
	}

	@Test
	void serverThatIssuesTokensIsNoGateway() throws Exception {
		Supplier<String> token = () -> {
			throw new IllegalStateException(distrust());
		};
		assertTimeout(settings("https://a").token(token));
	}

	private static void assertTimeout(ProducerSettingsBuilder settings) throws Exception {
		try (RecordProducer producer = RecordProducer.open(settings.build())) {
			assertThatThrownBy(send(producer, "r0")::get).hasCauseInstanceOf(NotStoredException.class);
		}
	}

	private static CompletableFuture<Receipt> send(RecordProducer producer, String value) {
		return producer.send(ScriptedGateway.outgoing(value));
	}

	private static CompletableFuture<Transport.Response> distrusted() {
		return CompletableFuture.failedFuture(new IOException(distrust()));
	}

	private static SSLHandshakeException distrust() {
		SSLHandshakeException failure = new SSLHandshakeException("failed");
		failure.initCause(new CertificateException("unknown authority"));
		return failure;
	}

	private ProducerSettingsBuilder settings(String... urls) {
		return ProducerSettings.builder(urls).transport((request) -> {
			CompletableFuture<Transport.Response> answer = this.instead.apply(request.uri());
			return (answer != null) ? answer : this.gateway.exchange(request);
		})
			.requestTimeout(Duration.ofMillis(100))
			.deliveryTimeout(Duration.ofMillis(500))
			.retryBackoff(Duration.ofMillis(10))
			.retryBackoffMax(Duration.ofMillis(20));
	}

	private ProducerSettingsBuilder patient(String... urls) {
		return settings(urls).deliveryTimeout(Duration.ofMinutes(2));
	}

}
