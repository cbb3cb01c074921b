package org.exactlyonce.gateway.quota;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

import org.exactlyonce.gateway.credential.TokenGateway;
import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.webhook.Sender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Quotas as clients meet them.
 */
@TestPropertySource(
		properties = { "gateway.security.mode=token", "gateway.security.admin-key=" + TokenGateway.ADMIN_KEY,
				"gateway.quotas.few.requests-per-second=2", "gateway.quotas.[a.few].requests-per-second=2",
				"gateway.quotas.small.bytes-per-second=500B", "gateway.quotas.pieces.bytes-per-second=500B",
				"gateway.quotas.asks.bytes-per-second=500B", "gateway.quotas.fire-and-forget.bytes-per-second=500B",
				"gateway.quotas.owner.producers=2", "gateway.quotas.follower.live-readers=1",
				"gateway.quotas.poller.live-readers=1", "gateway.quotas.[webhook\\:shop].requests-per-second=2",
				"gateway.webhooks.shop.topic=records", "gateway.webhooks.shop.signature=github",
				"gateway.webhooks.shop.secrets=shop-secret", "gateway.webhooks.shop.id=body" })
abstract class QuotasContract {

	private static final String RECORDS = "/partitions/0/records";

	@LocalServerPort
	private int port;

	private GatewayClient client;

	private TokenGateway gateway;

	@BeforeEach
	void connect() {
		this.client = new GatewayClient(this.port);
		this.gateway = new TokenGateway(this.client);
	}

	int port() {
		return this.port;
	}

	String key(String principal) {
		return this.gateway.make(principal, "{\"may\": [\"produce\", \"read\"]}", null).json().get("key").asString();
	}

	private static Answer untilRefused(Supplier<Answer> request) {
		for (int i = 0; i < 100; i++) {
			Answer answer = request.get();
			if (answer.status() == 429) {
				return answer;
			}
			assertThat(answer.status()).as(answer.text()).isIn(200, 201, 202, 403);
		}
		throw new AssertionError("Nothing was refused");
	}

	private static void assertExceeded(Answer answer, String limit, String policy) {
		assertThat(answer.status()).as(answer.text()).isEqualTo(429);
		assertThat(answer.code()).isEqualTo("QUOTA_EXCEEDED");
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.json().get("retry").asString()).isEqualTo("same-request");
		assertThat(answer.json().get("limit").asString()).isEqualTo(limit);
		assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"" + limit + "\"" + policy);
		assertThat(answer.header("RateLimit")).startsWith("\"" + limit + "\";r=0");
		assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
	}

	/** Who cannot sign does not use up what the sender may. */
	@Test
	void boundsASourceOfWebhooksByWhatItHasSigned() {
		double before = refusals();
		for (int i = 0; i < 20; i++) {
			assertThat(deliver("sha256=00").status()).isEqualTo(401);
		}
		String signature = "sha256=" + Sender.hex("shop-secret", "{}");
		assertThat(deliver(signature).status()).isIn(200, 201);
		Answer refused = untilRefused(() -> deliver(signature));
		assertExceeded(refused, "requests", ";q=2;w=1");
		assertThat(refused.json().get("detail").asString())
			.isEqualTo("webhook:shop may send 2 requests a second here.");
		assertThat(refusals()).isGreaterThan(before);
		await().untilAsserted(() -> assertThat(deliver(signature).status()).isEqualTo(200));
	}

	private Answer deliver(String signature) {
		return this.client.send("POST", "/webhooks/shop", "{}".getBytes(StandardCharsets.UTF_8), "Authorization",
				"Bearer of.its.own", "X-Hub-Signature-256", signature);
	}

	/** Two keys of one name are one principal, whatever its name is. */
	@ParameterizedTest
	@CsvSource({ "few", "a.few" })
	void boundsRequestsOfAPrincipalAndOfNobodyElse(String principal) {
		String key = key(principal);
		String another = key(principal);
		double before = refusals();
		Answer refused = untilRefused(() -> {
			Answer answer = this.gateway.get(key, "/partitions");
			return (answer.status() == 429) ? answer : this.gateway.get(another, "/keys");
		});
		assertExceeded(refused, "requests", ";q=2;w=1");
		assertThat(refused.json().get("detail").asString())
			.isEqualTo(principal + " may send 2 requests a second here.");
		assertThat(refusals()).isGreaterThan(before);
		String other = key("another-than-" + principal);
		for (int i = 0; i < 20; i++) {
			assertThat(this.gateway.get(other, "/partitions").status()).isEqualTo(200);
		}
		await().untilAsserted(() -> assertThat(this.gateway.get(key, "/partitions").status()).isEqualTo(200));
	}

	private double refusals() {
		return meter("gateway.requests.refused?tag=reason:quota");
	}

	private double meter(String name) {
		return this.gateway.get(TokenGateway.ADMIN_KEY, "/actuator/metrics/" + name)
			.json()
			.at("/measurements/0/value")
			.asDouble();
	}

	@ParameterizedTest
	@CsvSource({ "small, all, false", "pieces, all, true", "fire-and-forget, 0, false", "fire-and-forget, 0, true" })
	void boundsBytesHoweverTheyAreSent(String principal, String acks, boolean inPieces) {
		String key = key(principal);
		String[] headers = { "Content-Type", "text/plain", "Authorization", "Bearer " + key };
		byte[] large = "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
		String path = RECORDS + "?acks=" + acks;
		Supplier<Answer> append = () -> answered(() -> inPieces ? this.client.stream("POST", path, large, headers)
				: this.client.send("POST", path, large, headers));
		Answer refused = untilRefused(append);
		assertExceeded(refused, "bytes", ";q=500;qu=\"content-bytes\";w=1");
		assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(10, 40);
		double submitted = meter("gateway.appends.submitted");
		assertThat(append.get().status()).isEqualTo(429);
		assertThat(meter("gateway.appends.submitted")).as("nothing is stored").isEqualTo(submitted);
		assertThat(this.gateway.get(key, "/partitions").status()).as("no body, no bytes").isEqualTo(200);
	}

	/**
	 * The connection is closed behind a refusal, and a client that is still sending may
	 * see that before the answer.
	 */
	private static Answer answered(Supplier<Answer> request) {
		try {
			return request.get();
		}
		catch (UncheckedIOException ex) {
			return request.get();
		}
	}

	@Test
	void boundsTheProducersThatAPrincipalOwns() {
		String key = key("owner");
		assertThat(register(key, "{\"name\": \"owned\"}").status()).isEqualTo(201);
		Answer second = register(key, null);
		assertThat(second.status()).isEqualTo(201);
		assertExceeded(register(key, null), "producers", ";q=2");
		assertExceeded(register(key, "{\"name\": \"one too many\"}"), "producers", ";q=2");
		assertThat(register(key, "{\"name\": \"owned\"}").status()).as("a known name").isEqualTo(200);
		assertThat(this.gateway.get(TokenGateway.ADMIN_KEY, "/producers?name=one%20too%20many").json().get("producers"))
			.isEmpty();
		assertThat(register(key("owner-of-others"), null).status()).as("another's").isEqualTo(201);
		this.gateway.send(TokenGateway.ADMIN_KEY, "PATCH", "/producers/" + second.json().get("producerId").asString(),
				"{\"owner\": \"somebody\"}");
		assertThat(register(key, null).status()).as("with one less").isEqualTo(201);
	}

	Answer append(String key, byte[] value) {
		return this.client.send("POST", RECORDS, value, "Content-Type", "application/octet-stream", "Authorization",
				"Bearer " + key);
	}

	private Answer register(String key, String body) {
		return this.gateway.send(key, "POST", "/producers", body);
	}

	@Test
	void boundsThoseWhoFollowTheLog() {
		String key = key("follower");
		EventReader first = EventReader.open(this.port, RECORDS, "Authorization: Bearer " + key);
		assertThat(first.status()).isEqualTo(200);
		// a stream that is let in has no end
		Answer refused = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> this.client.send("GET", RECORDS, null,
				"Accept", "text/event-stream", "Authorization", "Bearer " + key));
		assertExceeded(refused, "live-readers", ";q=1;qu=\"concurrent-requests\"");
		assertExceeded(poll(key, 1), "live-readers", ";q=1;qu=\"concurrent-requests\"");
		assertThat(this.gateway.get(key, RECORDS).status()).as("who does not wait").isEqualTo(200);
		first.close();
		// what is written to it tells that the client has gone
		await().pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
			this.gateway.send(TokenGateway.ADMIN_KEY, "POST", RECORDS, "{\"records\": [{\"value\": 1}]}");
			assertThat(poll(key, 1).status()).isEqualTo(200);
		});
	}

	@Test
	void longPollCountsWhileItWaits() {
		String key = key("poller");
		for (int i = 0; i < 3; i++) {
			assertThat(poll(key, 1).status()).as("one after the other").isEqualTo(200);
		}
	}

	private Answer poll(String key, int seconds) {
		return this.client.send("GET", RECORDS + "?offset=1000000", null, "Prefer", "wait=" + seconds, "Authorization",
				"Bearer " + key);
	}

}
