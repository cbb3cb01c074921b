package org.exactlyonce.gateway.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.webhook.BodySignature.Encoding;
import org.exactlyonce.gateway.webhook.BodySignature.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * A way in which senders sign, with what they call the id of an event, and which of their
 * headers belong to the event: those that are the same in every attempt to deliver it.
 */
enum SignatureScheme {

	/** Stripe's. Its body has all there is. */
	STRIPE("json:/id", List.of(), (settings, secrets) -> new StripeSignature(secrets)),

	/**
	 * GitHub's. What else its headers tell is of the hook, of which several may deliver
	 * one event.
	 */
	GITHUB("header:X-GitHub-Delivery", List.of("X-GitHub-Delivery", "X-GitHub-Event"),
			(settings, secrets) -> new BodySignature(secrets, "X-Hub-Signature-256", Encoding.HEX, Prefix.REQUIRED)),

	/** That of standardwebhooks.com, and of Svix. */
	STANDARD_WEBHOOKS("header:webhook-id", List.of("webhook-id"),
			(settings, secrets) -> new StandardWebhooksSignature(secrets)),

	/**
	 * Shopify's. X-Shopify-Event-Id is that of what a merchant did, of which several
	 * webhooks may tell.
	 */
	SHOPIFY("header:X-Shopify-Webhook-Id",
			List.of("X-Shopify-API-Version", "X-Shopify-Event-Id", "X-Shopify-Shop-Domain", "X-Shopify-Topic",
					"X-Shopify-Webhook-Id"),
			(settings, secrets) -> new BodySignature(secrets, "X-Shopify-Hmac-Sha256", Encoding.BASE64, Prefix.NONE)),

	/** Slack's. */
	SLACK("json:/event_id", List.of(), (settings, secrets) -> new SlackSignature(secrets)),

	/** Anybody's that signs the body alone. */
	HMAC_SHA256(null, List.of(),
			(settings, secrets) -> new BodySignature(secrets, Objects.requireNonNull(settings.header()),
					Encoding.valueOf(Objects.requireNonNull(settings.encoding()).toUpperCase(Locale.ROOT)),
					Prefix.POSSIBLE)),

	/** Anybody who knows the address. */
	NONE(null, List.of(), (settings, secrets) -> (delivery, now) -> null);

	private static final String SECRET_PREFIX = "whsec_";

	private final @Nullable String usualId;

	private final List<String> headers;

	private final BiFunction<WebhookProperties.Source, Secrets, Signature> signature;

	SignatureScheme(@Nullable String usualId, List<String> headers,
			BiFunction<WebhookProperties.Source, Secrets, Signature> signature) {
		this.usualId = usualId;
		this.headers = headers;
		this.signature = signature;
	}

	/** As it is in settings. */
	String word() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static @Nullable SignatureScheme ofWord(@Nullable String word) {
		return Arrays.stream(values()).filter((scheme) -> scheme.word().equals(word)).findFirst().orElse(null);
	}

	static String words() {
		return Arrays.stream(values()).map(SignatureScheme::word).collect(Collectors.joining(", "));
	}

	/** Where the sender has the id of its events; nothing if there is no such place. */
	List<String> usualId() {
		return (this.usualId != null) ? List.of(this.usualId) : List.of();
	}

	/**
	 * Whether the usual id is part of what is signed. Where it is a header and the body
	 * alone is signed, whoever has a delivery can send it with another id, and another
	 * delivery with this one.
	 */
	boolean signsUsualId() {
		return this == STRIPE || this == STANDARD_WEBHOOKS || this == SLACK;
	}

	/** Whether a body that was lost on the way, or cut, is noticed by its signature. */
	boolean signsBody() {
		return this != NONE;
	}

	/** The headers that belong to an event. */
	List<String> headers() {
		return this.headers;
	}

	/** The key that a secret stands for; null if it is none. */
	byte @Nullable [] key(String secret) {
		if (this != STANDARD_WEBHOOKS) {
			return Secrets.utf8(secret);
		}
		byte[] key = Secrets
			.base64(secret.startsWith(SECRET_PREFIX) ? secret.substring(SECRET_PREFIX.length()) : secret);
		return (key == null || key.length == 0) ? null : key;
	}

	/**
	 * Which names a sender has for the headers of this scheme.
	 * @param headers finds a header
	 * @return tells under which name a header came
	 */
	UnaryOperator<String> names(Function<String, @Nullable String> headers) {
		return (this == STANDARD_WEBHOOKS) ? StandardWebhooksSignature.names(headers) : UnaryOperator.identity();
	}

	Signature signature(WebhookProperties.Source settings, Secrets secrets) {
		return this.signature.apply(settings, secrets);
	}

}
