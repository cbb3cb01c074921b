package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.webhook.Sender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** Deliveries of webhooks, as their senders make them. The clock stands still. */
@TestPropertySource(properties = { "gateway.webhooks.shop.topic=events", "gateway.webhooks.shop.signature=stripe",
		"gateway.webhooks.shop.secrets[0]=whsec_new", "gateway.webhooks.shop.secrets[1]=whsec_old",
		"gateway.webhooks.shop.key=json:/data/object/customer", "gateway.webhooks.code.topic=events",
		"gateway.webhooks.code.signature=github", "gateway.webhooks.code.secrets=code-secret",
		"gateway.webhooks.std.topic=events", "gateway.webhooks.std.signature=standard-webhooks",
		"gateway.webhooks.std.secrets=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "gateway.webhooks.store.topic=events",
		"gateway.webhooks.store.signature=shopify", "gateway.webhooks.store.secrets=store-secret",
		"gateway.webhooks.chat.topic=events", "gateway.webhooks.chat.signature=slack",
		"gateway.webhooks.chat.secrets=chat-secret", "gateway.webhooks.own.topic=events",
		"gateway.webhooks.own.signature=hmac-sha256", "gateway.webhooks.own.secrets=own-secret",
		"gateway.webhooks.own.header=X-Signature", "gateway.webhooks.own.encoding=base64",
		"gateway.webhooks.own.id[0]=header:X-Event", "gateway.webhooks.own.id[1]=json:/n",
		"gateway.webhooks.own.key=header:X-Key", "gateway.webhooks.plain.topic=events",
		"gateway.webhooks.plain.signature=none", "gateway.webhooks.hashed.topic=events",
		"gateway.webhooks.hashed.signature=none", "gateway.webhooks.hashed.id=body",
		"gateway.webhooks.lost.topic=no-such-topic", "gateway.webhooks.lost.signature=none" })
abstract class WebhooksContract {

	private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

	private static final long TIME = NOW.getEpochSecond();

	private static final AtomicInteger EVENTS = new AtomicInteger();

	private static final String[] JSON = { "Content-Type", "application/json" };

	@TestBean
	private Clock clock;

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	static Clock clock() {
		return Clock.fixed(NOW, ZoneOffset.UTC);
	}

	@BeforeEach
	void connect() {
		assertThat(this.clock.instant()).isEqualTo(NOW);
		this.gateway = new GatewayClient(this.port);
		assertThat(this.gateway.putTopic("events", "{\"partitions\": 4}").status()).isIn(200, 201);
	}

	private static String event() {
		return "evt-" + EVENTS.incrementAndGet();
	}

	private Answer deliver(String source, String body, String... headers) {
		return this.gateway.send("POST", "/webhooks/" + source, body.getBytes(StandardCharsets.UTF_8), headers);
	}

	private Answer deliverToShop(String body) {
		return deliver("shop", body, with(JSON, "Stripe-Signature", Sender.stripe("whsec_new", TIME, body)));
	}

	private static String[] with(String[] headers, String... more) {
		List<String> all = new ArrayList<>(Arrays.asList(headers));
		all.addAll(Arrays.asList(more));
		return all.toArray(String[]::new);
	}

	private long stored() {
		return StreamSupport
			.stream(this.gateway.get("/topics/events/partitions").json().get("partitions").spliterator(), false)
			.mapToLong((partition) -> partition.get("logEndOffset").longValue())
			.sum();
	}

	private JsonNode place(Answer answer) {
		assertThat(answer.json().get("records")).hasSize(1);
		return answer.json().get("records").get(0);
	}

	private JsonNode read(Answer answer) {
		JsonNode place = place(answer);
		return this.gateway
			.get("/topics/events/partitions/" + place.get("partition").intValue() + "/records?limit=1&offset="
					+ place.get("offset").longValue())
			.json()
			.get("records")
			.get(0);
	}

	/**
	 * The first delivery is stored, the second is not, and is told where the first is.
	 */
	private JsonNode assertStoredOnce(String source, String body, String[] first, String[] second) {
		long before = stored();
		Answer stored = deliver(source, body, first);
		assertThat(stored.status()).as(stored.text()).isEqualTo(201);
		assertThat(stored.json().get("duplicate").booleanValue()).isFalse();
		Answer again = deliver(source, body, second);
		assertThat(again.status()).as(again.text()).isEqualTo(200);
		assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
		assertThat(again.json().get("duplicate").booleanValue()).isTrue();
		assertThat(place(again).get("offset")).isEqualTo(place(stored).get("offset"));
		assertThat(place(again).get("partition")).isEqualTo(place(stored).get("partition"));
		assertThat(stored()).isEqualTo(before + 1);
		return read(stored);
	}

	private void assertRefused(Answer answer, String detail) {
		assertProblem(answer, 401, "INVALID_SIGNATURE", "fix-request");
		assertThat(answer.json().get("detail").asString()).startsWith(detail);
		assertThat(answer.header("WWW-Authenticate")).isEqualTo("Webhook-Signature");
	}

	@Test
	void storesAnEventOfStripeOnce() {
		String id = event();
		String body = "{ \"id\": \"" + id + "\", \"data\": {\"object\": {\"customer\": \"cus_7\"}}, \"amount\": 1.50 }";
		JsonNode record = assertStoredOnce("shop", body,
				with(JSON, "Stripe-Signature", Sender.stripe("whsec_new", TIME, body)),
				with(JSON, "Stripe-Signature", Sender.stripe("whsec_new", TIME + 60, body)));
		assertThat(record.get("id").asString()).isEqualTo("shop " + id);
		assertThat(record.get("key").asString()).isEqualTo("cus_7");
		assertThat(record.get("value")).isEqualTo(JsonMapper.shared().readTree(body));
		assertThat(record.get("headers").toString()).isEqualTo("{\"content-type\":\"application/json\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"object\": {\"customer\": {\"id\": \"cus_7\"}}}",
			"{\"object\": {\"customer\": [\"cus_7\"]}}", "{\"object\": {}}" })
	void storesWithoutAKeyWhatHasNoneThatCanBeOne(String data) {
		String body = "{\"id\": \"" + event() + "\", \"data\": " + data + "}";
		String[] headers = with(JSON, "Stripe-Signature", Sender.stripe("whsec_new", TIME, body));
		assertThat(assertStoredOnce("shop", body, headers, headers).get("key").isNull()).isTrue();
	}

	/** A sender whose JSON no strict reader takes cannot be taught either. */
	@ParameterizedTest
	@ValueSource(
			strings = { "{%s, \"note\": \"cut \\ud83d\"}", "{%s, \"n\": 1, \"n\": 2}", "\ufeff{%s}", "{%1$s, %1$s}" })
	void findsIdAndKeyInJsonThatIsNotStrict(String form) {
		String id = event();
		String body = form
			.formatted("\"id\": \"" + id + "\", \"data\": {\"object\": {\"customer\": \"cus_" + id + "\"}}");
		String[] headers = with(JSON, "Stripe-Signature", Sender.stripe("whsec_new", TIME, body));
		JsonNode record = assertStoredOnce("shop", body, headers, headers);
		assertThat(record.get("id").asString()).isEqualTo("shop " + id);
		assertThat(record.get("key").asString()).isEqualTo("cus_" + id);
		assertThat(record.get("contentType").asString()).isEqualTo("application/json");
		assertThat(new String(Base64.getDecoder().decode(record.get("valueBase64").asString()), StandardCharsets.UTF_8))
			.isEqualTo(body);
	}

	@Test
	void findsIdAndKeyBesideADeepNest() {
		String id = event();
		String body = "{\"deep\":" + "[".repeat(600) + "]".repeat(600) + ",\"id\":\"" + id
				+ "\",\"data\":{\"object\":{\"customer\":\"a\",\"customer\":\"b\"}}}";
		String[] headers = with(JSON, "Stripe-Signature", Sender.stripe("whsec_new", TIME, body));
		JsonNode record = assertStoredOnce("shop", body, headers, headers);
		assertThat(record.get("id").asString()).isEqualTo("shop " + id);
		assertThat(record.get("key").isNull()).as("a key that is repeated with different values").isTrue();
	}

	/** Stripe counts down in the event itself what is not delivered yet. */
	@Test
	void takesAnEventOfStripeForTheSameWhateverElseIsInIt() {
		String id = event();
		Answer first = deliverToShop("{\"id\":\"" + id + "\",\"pending_webhooks\":2}");
		Answer again = deliverToShop("{\"id\":\"" + id + "\",\"pending_webhooks\":1}");
		assertThat(first.status()).isEqualTo(201);
		assertThat(again.status()).as(again.text()).isEqualTo(200);
		assertThat(read(again).get("value").get("pending_webhooks").intValue()).isEqualTo(2);
	}

	/** Of two hooks, too: an organisation's and a repository's deliver one event. */
	@Test
	void storesAnEventOfGitHubOnce() {
		String id = event();
		String body = "payload=%7B%7D";
		String[] headers = { "Content-Type", "application/x-www-form-urlencoded", "X-GitHub-Delivery", id,
				"X-GitHub-Event", "push", "X-Hub-Signature-256", "sha256=" + Sender.hex("code-secret", body),
				"User-Agent", "GitHub-Hookshot/1" };
		JsonNode record = assertStoredOnce("code", body,
				with(headers, "X-GitHub-Hook-ID", "42", "X-GitHub-Hook-Installation-Target-Type", "repository",
						"X-GitHub-Hook-Installation-Target-ID", "7"),
				with(headers, "X-GitHub-Hook-ID", "43", "X-GitHub-Hook-Installation-Target-Type", "organization",
						"X-GitHub-Hook-Installation-Target-ID", "8"));
		assertThat(record.get("id").asString()).isEqualTo("code " + id);
		assertThat(record.get("contentType").asString()).isEqualTo("application/x-www-form-urlencoded");
		assertThat(record.get("valueBase64").asString())
			.isEqualTo(Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
		assertThat(record.get("headers").toString())
			.isEqualTo("{\"content-type\":\"application/x-www-form-urlencoded\",\"x-github-delivery\":\"" + id
					+ "\",\"x-github-event\":\"push\"}");
	}

	/** Their ids are headers, which nobody signs. */
	@ParameterizedTest
	@CsvSource({ "code, X-GitHub-Delivery, X-Hub-Signature-256, hex",
			"store, X-Shopify-Webhook-Id, X-Shopify-Hmac-Sha256, base64" })
	void unsignedIdDoesNotHideAnotherPayload(String source, String header, String signature, String encoding) {
		String id = event();
		List<Answer> answers = new ArrayList<>();
		for (String body : List.of("{\"n\":1}", "{\"n\":2}", "{\"n\":1}")) {
			String signed = encoding.equals("hex") ? "sha256=" + Sender.hex(source + "-secret", body)
					: Sender.base64(source + "-secret", body);
			answers.add(deliver(source, body, with(JSON, header, id, signature, signed)));
		}
		assertThat(answers).extracting(Answer::status).containsExactly(201, 422, 200);
		assertProblem(answers.get(1), 422, "ID_REUSED", "fix-request");
	}

	/** What is stored of an id that decides is compared as any other. */
	@Test
	void sameRecordByTheApiIsADuplicate() {
		String id = event();
		String record = "{\"records\":[{\"id\":\"shop " + id
				+ "\",\"headers\":{\"content-type\":\"application/json\"},\"value\":{\"id\":\"" + id
				+ "\",\"n\":%d}}]}";
		assertThat(deliverToShop("{\"id\":\"" + id + "\",\"n\":1}").status()).isEqualTo(201);
		Answer same = this.gateway.send("POST", "/topics/events/records", record.formatted(1).getBytes(), JSON);
		assertThat(same.status()).as(same.text()).isEqualTo(200);
		Answer other = this.gateway.send("POST", "/topics/events/records", record.formatted(2).getBytes(), JSON);
		assertProblem(other, 422, "ID_REUSED", "fix-request");
	}

	/** Somebody who may append cannot hide what a sender has signed, only refuse it. */
	@Test
	void recordOfTheApiDoesNotHideASignedEvent() {
		String[] ids = { event(), event() };
		Answer record = this.gateway.post("/topics/events/records",
				"{\"records\":[{\"id\":\"shop " + ids[0] + "\",\"value\":1}]}");
		Answer keyed = this.gateway.send("POST", "/topics/events/records", new byte[] { 1 }, "Content-Type",
				"application/octet-stream", "Idempotency-Key", "shop " + ids[1]);
		assertThat(List.of(record, keyed)).extracting(Answer::status).containsExactly(201, 201);
		for (String id : ids) {
			assertProblem(deliverToShop("{\"id\":\"" + id + "\"}"), 422, "ID_REUSED", "fix-request");
		}
	}

	@Test
	void storesAStandardWebhookOnce() {
		String id = event();
		String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
		JsonNode record = assertStoredOnce("std", "{}",
				with(JSON, "webhook-id", id, "webhook-timestamp", "" + TIME, "webhook-signature",
						Sender.standard(secret, id, TIME, "{}")),
				with(JSON, "webhook-id", id, "webhook-timestamp", "" + (TIME + 5), "webhook-signature",
						"v1,AAAA " + Sender.standard(secret, id, TIME + 5, "{}")));
		assertThat(record.get("id").asString()).isEqualTo("std " + id);
		assertThat(record.get("headers").toString())
			.isEqualTo("{\"content-type\":\"application/json\",\"webhook-id\":\"" + id + "\"}");
	}

	/**
	 * An id that a stranger adds to a recorded delivery is not the one that is signed.
	 */
	@Test
	void storesAnEventOfSvixOnceByTheIdThatIsSigned() {
		String id = event();
		String[] headers = with(JSON, "svix-id", id, "svix-timestamp", "" + TIME, "svix-signature",
				Sender.standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id, TIME, "{}"));
		JsonNode record = assertStoredOnce("std", "{}", headers, with(headers, "webhook-id", event()));
		assertThat(record.get("id").asString()).isEqualTo("std " + id);
		assertThat(record.get("headers").toString())
			.isEqualTo("{\"content-type\":\"application/json\",\"svix-id\":\"" + id + "\"}");
	}

	@Test
	void storesAnEventOfShopifyOnce() {
		String id = event();
		String[] headers = with(JSON, "X-Shopify-Webhook-Id", id, "X-Shopify-Event-Id", "e", "X-Shopify-Topic",
				"orders/create", "X-Shopify-Shop-Domain", "a.myshopify.com", "X-Shopify-API-Version", "2026-10",
				"X-Shopify-Hmac-Sha256", Sender.base64("store-secret", "{}"));
		JsonNode record = assertStoredOnce("store", "{}", with(headers, "X-Shopify-Triggered-At", "1"),
				with(headers, "X-Shopify-Triggered-At", "2"));
		assertThat(record.get("id").asString()).isEqualTo("store " + id);
		assertThat(record.get("headers").propertyNames()).containsExactly("content-type", "x-shopify-api-version",
				"x-shopify-event-id", "x-shopify-shop-domain", "x-shopify-topic", "x-shopify-webhook-id");
	}

	@Test
	void storesAnEventOfSlackOnce() {
		String body = "{\"type\":\"event_callback\",\"event_id\":\"" + event() + "\"}";
		JsonNode record = assertStoredOnce("chat", body,
				with(JSON, "X-Slack-Request-Timestamp", "" + TIME, "X-Slack-Signature",
						Sender.slack("chat-secret", TIME, body)),
				with(JSON, "X-Slack-Request-Timestamp", "" + (TIME + 1), "X-Slack-Signature",
						Sender.slack("chat-secret", TIME + 1, body), "X-Slack-Retry-Num", "1"));
		assertThat(record.get("headers").propertyNames()).containsExactly("content-type");
	}

	/** It has no id: its body is one. */
	@Test
	void storesTheNoticeOfSlackOnce() {
		String body = "{\"token\":\"" + event() + "\",\"type\":\"app_rate_limited\",\"team_id\":\"T\"}";
		String[] headers = with(JSON, "X-Slack-Request-Timestamp", "" + TIME, "X-Slack-Signature",
				Sender.slack("chat-secret", TIME, body));
		JsonNode record = assertStoredOnce("chat", body, headers, headers);
		assertThat(record.get("id").asString()).matches("chat [0-9a-f]{64}");
	}

	/** The body never comes, and nobody waits for it. */
	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "unknown | X-Other: 1 | 404", "shop | X-Other: 1 | 401",
					"shop | Stripe-Signature: t=1,v1=00 | 401", "code | X-Hub-Signature-256: sha256=x | 401",
					"chat | X-Slack-Signature: v0=00 | 401", "std | webhook-signature: v1,AAAA | 401" })
	void refusesStrangersByTheirHeaders(String source, String header, int status) throws IOException {
		String head = "POST /webhooks/" + source + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
				+ header + "\r\n\r\n";
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(5_000);
			socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(answer).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("\r\nConnection: close\r\n");
		}
	}

	@Test
	void answersTheHandshakeOfSlack() {
		long before = stored();
		String body = "{\"token\":\"t\",\"challenge\":\"3eZbrw1aBm2rZgRN\",\"type\":\"url_verification\"}";
		Answer answer = deliver("chat", body, with(JSON, "X-Slack-Request-Timestamp", "" + TIME, "X-Slack-Signature",
				Sender.slack("chat-secret", TIME, body)));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Content-Type")).isEqualToIgnoringCase("text/plain;charset=UTF-8");
		assertThat(answer.text()).isEqualTo("3eZbrw1aBm2rZgRN");
		assertRefused(deliver("chat", body, with(JSON, "X-Slack-Request-Timestamp", "" + TIME, "X-Slack-Signature",
				Sender.slack("other", TIME, body))), "No secret ");
		assertThat(stored()).isEqualTo(before);
	}

	@Test
	void storesAnEventOfOnesOwnOnce() {
		String body = "{\"n\": 7}";
		String[] headers = { "Content-Type", "application/vnd.own+json", "X-Event", event(), "X-Key", "customer-9",
				"X-Signature", "sha256=" + Sender.base64("own-secret", body) };
		JsonNode record = assertStoredOnce("own", body, headers, headers);
		assertThat(record.get("id").asString()).isEqualTo("own " + headers[3] + " 7");
		assertThat(record.get("key").asString()).isEqualTo("customer-9");
		assertThat(record.get("contentType").asString()).isEqualTo("application/vnd.own+json");
		assertThat(record.get("value").get("n").intValue()).isEqualTo(7);
		assertThat(record.get("headers").get("x-event").asString()).isEqualTo(headers[3]);
	}

	@Test
	void saysThatAnIdOfOnesOwnHasAnotherPayload() {
		String event = event();
		String[] bodies = { "{\"n\": 1, \"x\": 1}", "{\"n\": 1, \"x\": 2}" };
		List<Answer> answers = Arrays.stream(bodies)
			.map((body) -> deliver("own", body,
					with(JSON, "X-Event", event, "X-Signature", Sender.base64("own-secret", body))))
			.toList();
		assertThat(answers.get(0).status()).isEqualTo(201);
		assertProblem(answers.get(1), 422, "ID_REUSED", "fix-request");
	}

	@Test
	void sourcesDoNotHideOneAnother() {
		String body = "same " + event();
		Answer hashed = deliver("hashed", body, "Content-Type", "text/plain");
		assertThat(hashed.status()).isEqualTo(201);
		assertThat(deliver("hashed", body, "Content-Type", "text/plain").status()).isEqualTo(200);
		assertThat(deliver("plain", body, "Content-Type", "text/plain").status()).isEqualTo(201);
		assertThat(read(hashed).get("valueText").asString()).isEqualTo(body);
	}

	@Test
	void withoutAnIdEachDeliveryIsStored() {
		long before = stored();
		Answer first = deliver("plain", "x");
		assertThat(first.status()).isEqualTo(201);
		assertThat(deliver("plain", "x").status()).isEqualTo(201);
		assertThat(stored()).isEqualTo(before + 2);
		assertThat(read(first).has("id")).isFalse();
		assertThat(read(first).get("contentType").asString()).isEqualTo("application/octet-stream");
	}

	@Test
	void takesAnyOfTheSecrets() {
		for (String secret : List.of("whsec_new", "whsec_old")) {
			String body = "{\"id\": \"" + event() + "\"}";
			assertThat(deliver("shop", body, "Stripe-Signature", Sender.stripe(secret, TIME, body)).status())
				.isEqualTo(201);
		}
		String body = "{\"id\": \"" + event() + "\"}";
		assertRefused(deliver("shop", body, "Stripe-Signature", Sender.stripe("whsec_older", TIME, body)),
				"No secret of the source shop fits the signature in Stripe-Signature");
	}

	@ParameterizedTest
	@CsvSource({ "shop, Stripe-Signature", "code, X-Hub-Signature-256", "std, webhook-signature",
			"store, X-Shopify-Hmac-Sha256", "chat, X-Slack-Signature", "own, X-Signature" })
	void refusesWhatIsNotSigned(String source, String header) {
		long before = stored();
		String body = "{\"id\": 1, \"event_id\": 1, \"n\": 1}";
		assertRefused(deliver(source, body, JSON), header + " is missing, must be ");
		assertRefused(deliver(source, body, with(JSON, header, "x-?")), header + " is malformed, must be ");
		assertRefused(deliver(source, "{\"broken\"", JSON), header + " is missing, must be ");
		assertThat(stored()).isEqualTo(before);
	}

	@Test
	void refusesABodyThatWasChanged() {
		long before = stored();
		String signature = Sender.stripe("whsec_new", TIME, "{\"id\": \"a\"}");
		assertRefused(deliver("shop", "{\"id\":\"a\"}", with(JSON, "Stripe-Signature", signature)), "No secret ");
		assertThat(stored()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(longs = { -301, 301, -86_400 })
	void refusesWhatIsFromAnotherTime(long ahead) {
		long before = stored();
		String body = "{\"id\": \"" + event() + "\"}";
		assertRefused(deliver("shop", body, "Stripe-Signature", Sender.stripe("whsec_new", TIME + ahead, body)),
				"The timestamp in Stripe-Signature is " + Math.abs(ahead) + " s "
						+ ((ahead < 0) ? "behind" : "ahead of") + " the gateway's clock, may be 300 s off.");
		assertThat(stored()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(longs = { -300, 300 })
	void takesFiveMinutesEitherWay(long ahead) {
		String body = "{\"id\": \"" + event() + "\"}";
		assertThat(deliver("shop", body, "Stripe-Signature", Sender.stripe("whsec_new", TIME + ahead, body)).status())
			.isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"id\": null}", "{\"id\": \"\"}", "not json", "{\"id\": 1, \"id\": 2}" })
	void refusesEventsWithoutTheirId(String body) {
		long before = stored();
		Answer answer = deliverToShop(body);
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors").get(0).get("field").asString()).isEqualTo("json:/id");
		assertThat(stored()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\": 1, \"a\": 2}", "{\"a\": }", "\u00ff" })
	void keepsJsonThatIsNotStrictAsItsBytes(String text) {
		byte[] body = text.getBytes(StandardCharsets.ISO_8859_1);
		Answer answer = this.gateway.send("POST", "/webhooks/plain", body, JSON);
		assertThat(answer.status()).isEqualTo(201);
		JsonNode record = read(answer);
		assertThat(record.get("contentType").asString()).isEqualTo("application/json");
		assertThat(Base64.getDecoder().decode(record.get("valueBase64").asString())).isEqualTo(body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "multipart/form-data; boundary=x", "application/x-ndjson", "application/octet-stream",
			"application/vnd.kafka.json.v2", "nonsense" })
	void takesAnyType(String type) {
		Answer answer = deliver("plain", "--x\n{}\n", "Content-Type", type, "Content-Encoding", "x-own");
		assertThat(answer.status()).isEqualTo(201);
		JsonNode record = read(answer);
		assertThat(Base64.getDecoder().decode(record.get("valueBase64").asString()))
			.isEqualTo("--x\n{}\n".getBytes(StandardCharsets.UTF_8));
		assertThat(record.get("headers").get("content-type").asString()).isEqualTo(type);
		assertThat(record.get("headers").get("content-encoding").asString()).isEqualTo("x-own");
	}

	@Test
	void takesAnEmptyBody() {
		Answer answer = deliver("plain", "");
		assertThat(answer.status()).isEqualTo(201);
		assertThat(read(answer).get("valueBase64").asString()).isEmpty();
	}

	/**
	 * Where nothing is signed, the headers may have been lost, and the body with them.
	 */
	@Test
	void takesABodyWithoutALengthForEmptyWhereItIsSigned() throws IOException {
		String signed = "X-GitHub-Delivery: " + event() + "\r\nX-Hub-Signature-256: sha256=";
		assertThat(answerWithoutALength("code", signed + Sender.hex("code-secret", ""))).startsWith("HTTP/1.1 201 ");
		assertThat(answerWithoutALength("code", signed + Sender.hex("code-secret", ""))).startsWith("HTTP/1.1 200 ");
		assertThat(answerWithoutALength("code", signed + Sender.hex("code-secret", "x"))).startsWith("HTTP/1.1 401 ");
		assertThat(answerWithoutALength("plain", "X-Other: 1")).startsWith("HTTP/1.1 411 ");
	}

	private String answerWithoutALength(String source, String header) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream()
				.write(("POST /webhooks/" + source + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header
						+ "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@Test
	void refusesWhatIsTooLarge() {
		Answer answer = this.gateway.send("POST", "/webhooks/plain", new byte[9_000_000], JSON);
		assertProblem(answer, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
	}

	@Test
	void passesOverQueryParametersAndAccept() {
		Answer answer = this.gateway.send("POST", "/webhooks/plain?x=1&x=2&y", new byte[] { 1 }, "Accept", "text/csv");
		assertThat(answer.status()).isEqualTo(201);
		assertThat(this.gateway.send("POST", "/webhooks/plain;x=1", new byte[] { 1 }).status()).isEqualTo(400);
	}

	@Test
	void knowsItsSourcesAlone() {
		Answer unknown = deliver("unknown", "{}", JSON);
		assertProblem(unknown, 404, "NOT_FOUND", "fix-request");
		assertThat(unknown.json().get("detail").asString()).isEqualTo("There is no webhook source \"unknown\".");
		assertProblem(this.gateway.get("/webhooks/plain"), 405, "METHOD_NOT_ALLOWED", "fix-request");
	}

	@Test
	void findsATopicOnceItIsMade() {
		Answer missing = deliver("lost", "{}", JSON);
		assertProblem(missing, 404, "UNKNOWN_TOPIC", "fix-request");
		this.gateway.putTopic("no-such-topic", "{\"partitions\": 1}");
		assertThat(deliver("lost", "{}", JSON).status()).isEqualTo(201);
		this.gateway.send("DELETE", "/topics/no-such-topic", null);
		assertThat(deliver("lost", "{}", JSON).status()).isEqualTo(404);
	}

	/**
	 * Each event is delivered until an answer has arrived, several times at once, in any
	 * order; answers are lost, and some clients hang up before they have one.
	 */
	@Test
	void storesEveryEventOnceHoweverOftenAndInWhateverOrderItComes() throws InterruptedException {
		long before = stored();
		String run = event();
		List<Callable<Void>> attempts = new ArrayList<>();
		for (int i = 0; i < 150; i++) {
			String id = run + "-" + i;
			int copies = ThreadLocalRandom.current().nextInt(2, 6);
			for (int attempt = 0; attempt < copies; attempt++) {
				attempts.add(() -> deliverUntilAnswered(id));
			}
		}
		Collections.shuffle(attempts);
		ExecutorService senders = Executors.newFixedThreadPool(16);
		try {
			for (Future<Void> attempt : senders.invokeAll(attempts)) {
				assertThat(attempt).succeedsWithin(Duration.ofSeconds(60));
			}
		}
		finally {
			senders.shutdownNow();
		}
		List<String> ids = new ArrayList<>();
		for (int partition = 0; partition < 4; partition++) {
			for (JsonNode record : this.gateway.get("/topics/events/partitions/" + partition + "/records?limit=10000")
				.json()
				.get("records")) {
				String id = record.path("id").asString("");
				if (id.startsWith("shop " + run + "-")) {
					ids.add(id);
				}
			}
		}
		assertThat(ids).doesNotHaveDuplicates().hasSize(150);
		assertThat(stored()).isEqualTo(before + 150);
	}

	private Void deliverUntilAnswered(String id) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		while (true) {
			String body = "{\"id\":\"" + id + "\",\"pending_webhooks\":" + random.nextInt(4) + "}";
			String signature = Sender.stripe("whsec_old", TIME + random.nextLong(300), body);
			GatewayClient impatient = new GatewayClient(this.port,
					Duration.ofMillis(random.nextBoolean() ? 5 : 30_000));
			try {
				Answer answer = impatient.send("POST", "/webhooks/shop", body.getBytes(StandardCharsets.UTF_8),
						with(JSON, "Stripe-Signature", signature));
				assertThat(answer.status()).as(answer.text()).isIn(200, 201, 429, 503);
				if (answer.status() < 300 && random.nextInt(3) > 0) {
					return null;
				}
			}
			catch (UncheckedIOException ex) {
				// hung up: the sender does not know, and comes again
			}
		}
	}

	@Test
	void countsDeliveries() {
		double stored = count("stored");
		double duplicate = count("duplicate");
		double bad = count("bad_signature");
		double refused = count("refused");
		double failed = count("failed");
		String body = "{\"id\": \"" + event() + "\"}";
		deliverToShop(body);
		deliverToShop(body);
		deliver("shop", body, JSON);
		deliverToShop("{}");
		await().untilAsserted(() -> {
			assertThat(count("stored")).isEqualTo(stored + 1);
			assertThat(count("duplicate")).isEqualTo(duplicate + 1);
			assertThat(count("bad_signature")).isEqualTo(bad + 1);
			assertThat(count("refused")).isEqualTo(refused + 1);
		});
		assertThat(count("failed")).isEqualTo(failed);
	}

	private double count(String outcome) {
		return this.gateway.get("/actuator/metrics/gateway.webhooks?tag=source:shop&tag=outcome:" + outcome)
			.json()
			.get("measurements")
			.get(0)
			.get("value")
			.doubleValue();
	}

}
