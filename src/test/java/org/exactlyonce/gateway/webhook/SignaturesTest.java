package org.exactlyonce.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each scheme against an example that its own documentation or library has, or for
 * Shopify, which publishes none, another project's.
 */
class SignaturesTest {

	/** The fixture of Stripe's .NET library, whose comment says how it is signed. */
	private static final String STRIPE_EVENT = """
			{
			  "id": "evt_123",
			  "object": "event",
			  "account": "acct_123",
			  "api_version": "2017-05-25",
			  "created": 1533204620,
			  "data": {
			    "object": {
			      "id": "cus_123",
			      "object": "customer",
			      "created": 123456789,
			      "email": "test@stripe.com",
			      "livemode": false,
			      "metadata": {}
			    }
			  },
			  "livemode": false,
			  "pending_webhooks": 1,
			  "request": {
			    "id": "req_123",
			    "idempotency_key": "idempotency-key-123"
			  },
			  "type": "customer.created"
			}
			""";

	private static final String STRIPE_V1 = "v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7";

	/** That of Slack's page "Verifying requests from Slack". */
	private static final String SLACK_COMMAND = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J"
			+ "&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA"
			+ "&user_name=roadrunner&command=%2Fwebhook-collect&text="
			+ "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
			+ "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

	private static final String GITHUB_SHA256 = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

	static List<Example> examples() {
		return List.of(
				new Example("stripe", "webhook_secret", 1533204620, STRIPE_EVENT, "Stripe-Signature",
						Map.of("Stripe-Signature",
								"t=1533204620," + STRIPE_V1
										+ ",v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef")),
				new Example("github", "It's a Secret to Everybody", 0, "Hello, World!", "X-Hub-Signature-256",
						Map.of("X-Hub-Signature-256", "sha256=" + GITHUB_SHA256)),
				new Example("standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330,
						"{\"test\": 2432232314}", "webhook-signature",
						Map.of("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp", "1614265330",
								"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")),
				new Example("standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330,
						"{\"test\": 2432232314}", "svix-signature",
						Map.of("svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "svix-timestamp", "1614265330",
								"svix-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")),
				new Example("shopify", "test-webhook-secret", 0,
						"{\"id\":1234567890,\"email\":\"customer@example.com\",\"total_price\":\"123.45\"}",
						"X-Shopify-Hmac-Sha256",
						Map.of("X-Shopify-Hmac-Sha256", "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=")),
				new Example("slack", "8f742231b10e8888abcd99yyyzzz85a5", 1531420618, SLACK_COMMAND, "X-Slack-Signature",
						Map.of("X-Slack-Request-Timestamp", "1531420618", "X-Slack-Signature",
								"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")),
				new Example("hmac-sha256", "It's a Secret to Everybody", 0, "Hello, World!", "X-Signature",
						Map.of("X-Signature", GITHUB_SHA256)),
				new Example("hmac-sha256", "It's a Secret to Everybody", 0, "Hello, World!", "X-Signature",
						Map.of("X-Signature", "sha256=" + GITHUB_SHA256.toUpperCase())));
	}

	static List<Example> timed() {
		return examples().stream().filter((example) -> example.time > 0).toList();
	}

	@ParameterizedTest
	@MethodSource("examples")
	void takesPublishedExamples(Example example) {
		assertThat(example.complaint()).isNull();
	}

	@ParameterizedTest
	@MethodSource("examples")
	void refusesAnotherBody(Example example) {
		assertThat(example.withBody(example.body + " ").complaint())
			.isEqualTo("No secret of the source shop fits the signature in " + example.header
					+ ": the sender has another one, or the body was changed on the way.");
		assertThat(example.withBody("").complaint()).startsWith("No secret ");
	}

	@ParameterizedTest
	@MethodSource("examples")
	void refusesAnotherSecret(Example example) {
		assertThat(example.complaint(example.secrets("whsec_AAAAAAAAAAAAAAAA")))
			.startsWith("No secret of the source shop fits");
	}

	@ParameterizedTest
	@MethodSource("examples")
	void takesAnyOfTheSecrets(Example example) {
		assertThat(example.complaint(example.secrets("whsec_AAAAAAAAAAAAAAAA", example.secret))).isNull();
		assertThat(example.complaint(example.secrets(example.secret, "whsec_AAAAAAAAAAAAAAAA"))).isNull();
	}

	@ParameterizedTest
	@MethodSource("examples")
	void refusesWhatIsNotSigned(Example example) {
		for (String name : example.headers.keySet()) {
			// without any signature the names are those of the specification
			String missing = name.equals("svix-signature") ? "webhook-signature" : name;
			assertThat(example.with(name, null).complaint()).startsWith(missing + " is missing, must be ");
			assertThat(example.with(name, "").complaint()).startsWith(missing + " is missing, must be ");
			String complaint = example.with(name, "?").complaint();
			assertThat(complaint)
				.startsWith(name.matches("(webhook|svix)-id") ? "No secret " : name + " is malformed, must be ");
		}
	}

	@ParameterizedTest
	@MethodSource("examples")
	void neverTellsWhatWouldBeRight(Example example) {
		String right = example.headers.get(example.header);
		assertThat(example.with(example.header, "?").complaint()).doesNotContain(right);
		assertThat(example.withBody("").complaint()).doesNotContain(example.secret);
	}

	@ParameterizedTest
	@MethodSource("timed")
	void takesFiveMinutesEitherWay(Example example) {
		assertThat(example.complaintAt(example.time + 300)).isNull();
		assertThat(example.complaintAt(example.time - 300)).isNull();
		assertThat(example.complaintAt(example.time + 301)).startsWith("The timestamp in ")
			.endsWith(" is 301 s behind the gateway's clock, may be 300 s off.");
		assertThat(example.complaintAt(example.time - 301))
			.endsWith(" is 301 s ahead of the gateway's clock, may be 300 s off.");
	}

	@ParameterizedTest
	@MethodSource("timed")
	void timeIsSigned(Example example) {
		Example later = new Example(example.scheme, example.secret, example.time, example.body, example.header,
				new TreeMap<>(example.headers));
		later.headers
			.replaceAll((name, value) -> value.replace(Long.toString(example.time), Long.toString(example.time + 1)));
		assertThat(later.complaint()).startsWith("No secret ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "t=1533204620,v1=00,%s", "v1=zz, %s ,t=1533204620,v2=1", "%s,t=1533204620,=,,x" })
	void stripeMayHaveSeveralSignatures(String header) {
		Example stripe = examples().get(0);
		assertThat(stripe.with("Stripe-Signature", header.formatted(STRIPE_V1)).complaint()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "t=,%s", "t=1533204620", "%s", "t=1533204620,v1=xyz", "t=-1533204620,%s",
			"t=1533204620.0,%s", "t=9999999999999999999999,%s", "t,%s" })
	void stripeNeedsATimeAndASignature(String header) {
		Example stripe = examples().get(0);
		assertThat(stripe.with("Stripe-Signature", header.formatted(STRIPE_V1)).complaint())
			.isEqualTo("Stripe-Signature is malformed, must be t=<seconds>,v1=<hex>.");
	}

	@Test
	void standardWebhooksMayHaveSeveralSignatures() {
		Example standard = examples().get(2);
		String right = standard.headers.get("webhook-signature");
		assertThat(standard
			.with("webhook-signature", "v1a,abc v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= " + right + " v2,x")
			.complaint()).isNull();
		assertThat(standard.with("webhook-signature", right.replace("v1,", "v2,")).complaint())
			.isEqualTo("webhook-signature is malformed, must be v1,<base64>.");
		assertThat(standard.with("webhook-id", "msg_other").complaint()).startsWith("No secret ");
	}

	/** Svix' three headers go with one another, and so do those of the specification. */
	@ParameterizedTest
	@ValueSource(strings = { "id", "timestamp", "signature" })
	void namesOfStandardWebhooksDoNotMix(String header) {
		for (Example example : examples().subList(2, 4)) {
			String own = example.header.replace("signature", header);
			String other = own.startsWith("svix") ? "webhook-" + header : "svix-" + header;
			String value = example.headers.get(own);
			assertThat(example.with(own, null).with(other, value).complaint()).contains(" is missing, must be ");
			if (!other.equals("webhook-signature")) {
				assertThat(example.with(other, "other").complaint()).isNull();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "github, X-Hub-Signature-256", "slack, X-Slack-Signature" })
	void prefixIsPartOfTheScheme(String scheme, String header) {
		Example example = examples().stream().filter((one) -> one.scheme.equals(scheme)).findFirst().orElseThrow();
		String hex = example.headers.get(header).replaceFirst(".*=", "");
		assertThat(example.with(header, hex).complaint()).startsWith(header + " is malformed");
		assertThat(example.with(header, "sha1=" + hex).complaint()).startsWith(header + " is malformed");
	}

	/** What a stranger sends is refused by its headers, as far as they tell. */
	@ParameterizedTest
	@MethodSource("examples")
	void headIsRefusedWithoutItsBody(Example example) {
		Example head = example.withBody("");
		assertThat(head.complaintOfHead(example.time)).isNull();
		for (String name : example.headers.keySet()) {
			Example without = head.with(name, null);
			assertThat(without.complaintOfHead(example.time)).isNotNull().isEqualTo(without.complaint());
		}
		if (example.time > 0) {
			assertThat(head.complaintOfHead(example.time + 301)).isNotNull()
				.isEqualTo(example.complaintAt(example.time + 301));
		}
	}

	@Test
	void noneTakesEverything() {
		WebhookSource source = WebhookSource.of("shop",
				new WebhookProperties.Source("t", "none", List.of(), List.of(), null, null, null));
		assertThat(source.signature().complaint(new Delivery((name) -> null, new byte[0]), Instant.EPOCH)).isNull();
	}

	/** A signed delivery. */
	record Example(String scheme, String secret, long time, String body, String header, Map<String, String> headers) {

		private Example withBody(String other) {
			return new Example(this.scheme, this.secret, this.time, other, this.header, this.headers);
		}

		private Example with(String name, String value) {
			Map<String, String> others = new TreeMap<>(this.headers);
			others.put(name, value);
			return new Example(this.scheme, this.secret, this.time, this.body, this.header, others);
		}

		private WebhookSource secrets(String... secrets) {
			boolean own = this.scheme.equals("hmac-sha256");
			return WebhookSource.of("shop", new WebhookProperties.Source("t", this.scheme, List.of(secrets), List.of(),
					null, own ? "X-Signature" : null, own ? "hex" : null));
		}

		private String complaint() {
			return complaintAt(this.time);
		}

		private String complaint(WebhookSource source) {
			return complaint(source, this.time);
		}

		private String complaintAt(long seconds) {
			return complaint(secrets(this.secret), seconds);
		}

		private String complaintOfHead(long seconds) {
			WebhookSource source = secrets(this.secret);
			return source.signature()
				.complaintOfHead(source.delivery(this.headers::get, new byte[0]), Instant.ofEpochSecond(seconds));
		}

		private String complaint(WebhookSource source, long seconds) {
			Delivery delivery = source.delivery(this.headers::get, this.body.getBytes(StandardCharsets.UTF_8));
			return source.signature().complaint(delivery, Instant.ofEpochSecond(seconds));
		}

		@Override
		public String toString() {
			return this.scheme;
		}

	}

}
