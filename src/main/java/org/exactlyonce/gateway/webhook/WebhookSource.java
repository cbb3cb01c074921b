package org.exactlyonce.gateway.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * A source of webhooks, as its settings say.
 *
 * @param name its name
 * @param topic the topic that its events go to
 * @param scheme how its sender signs
 * @param signature checks that
 * @param id the id of its events
 * @param key where the record's key is, if it gets one
 */
record WebhookSource(String name, String topic, SignatureScheme scheme, Signature signature, EventId id,
		@Nullable ValueExpression key) {

	/** What Spring Boot leaves as it is where a placeholder has no value. */
	private static final String PLACEHOLDER = "${";

	/** Less could be guessed from one delivery; senders have 16 and more. */
	private static final int MIN_SECRET_BYTES = 8;

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

	/**
	 * Reads the settings of a source.
	 * @param name its name
	 * @param settings its settings
	 * @return the source
	 * @throws IllegalArgumentException if a setting cannot work; names it
	 */
	static WebhookSource of(String name, WebhookProperties.Source settings) {
		if (!NAME.matcher(name).matches()) {
			throw wrong("", name,
					"is no name of a source, must be 1 to 64 letters, digits, dots, dashes and underscores");
		}
		String topic = settings.topic();
		if (topic == null) {
			throw wrong(name, "topic", "is missing, must be the name of a topic");
		}
		SignatureScheme scheme = SignatureScheme.ofWord(settings.signature());
		if (scheme == null) {
			throw wrong(name, "signature", is(settings.signature()) + ", must be one of " + SignatureScheme.words());
		}
		checkForm(name, scheme, settings);
		Secrets secrets = secrets(name, scheme, settings.secrets());
		return new WebhookSource(name, topic, scheme, scheme.signature(settings, secrets), id(name, scheme, settings),
				key(name, settings.key()));
	}

	/** Where and how the signature is written goes with one scheme alone. */
	private static void checkForm(String name, SignatureScheme scheme, WebhookProperties.Source settings) {
		String header = settings.header();
		String encoding = settings.encoding();
		if (scheme != SignatureScheme.HMAC_SHA256) {
			refuseIfSet(name, "header", header, scheme);
			refuseIfSet(name, "encoding", encoding, scheme);
			return;
		}
		if (header == null || !ValueExpression.Header.isName(header)) {
			throw wrong(name, "header", is(header) + ", must be the name of the header that has the signature");
		}
		if (!"hex".equals(encoding) && !"base64".equals(encoding)) {
			throw wrong(name, "encoding", is(encoding) + ", must be hex or base64");
		}
	}

	private static void refuseIfSet(String name, String setting, @Nullable String value, SignatureScheme scheme) {
		if (value != null) {
			throw wrong(name, setting, "is set, which goes with the signature " + SignatureScheme.HMAC_SHA256.word()
					+ " alone: that of the source is " + scheme.word());
		}
	}

	private static Secrets secrets(String name, SignatureScheme scheme, List<String> secrets) {
		if (scheme == SignatureScheme.NONE && !secrets.isEmpty()) {
			throw wrong(name, "secrets", "has " + secrets.size() + ", must be left out with the signature none");
		}
		if (scheme != SignatureScheme.NONE && secrets.isEmpty()) {
			throw wrong(name, "secrets", "is missing, must have one secret at least");
		}
		List<byte[]> keys = new ArrayList<>();
		for (String secret : secrets) {
			keys.add(key(name, "secrets[" + keys.size() + "]", scheme, secret));
		}
		return new Secrets(name, keys);
	}

	/** Whatever is wrong with a secret, the message does not have it. */
	private static byte[] key(String name, String setting, SignatureScheme scheme, String secret) {
		if (secret.isBlank()) {
			throw wrong(name, setting, "is empty, must be a secret");
		}
		if (secret.contains(PLACEHOLDER)) {
			throw wrong(name, setting, "contains \"" + PLACEHOLDER
					+ "\": it is a placeholder of something that is not set, must be a secret");
		}
		byte[] key = scheme.key(secret);
		if (key == null) {
			throw wrong(name, setting, "is no secret of " + scheme.word() + ", must be whsec_ and base64");
		}
		if (key.length < MIN_SECRET_BYTES) {
			throw wrong(name, setting, "has " + key.length + " bytes, must have " + MIN_SECRET_BYTES + " at least");
		}
		return key;
	}

	private static EventId id(String name, SignatureScheme scheme, WebhookProperties.Source settings) {
		List<String> usual = scheme.usualId();
		List<String> texts = settings.id().isEmpty() ? usual : settings.id();
		List<ValueExpression> parts = new ArrayList<>();
		for (String text : texts) {
			ValueExpression part = ValueExpression.parse(text);
			if (part == null) {
				throw wrong(name, (texts.size() == 1) ? "id" : "id[" + parts.size() + "]",
						is(text) + ", must be json:/pointer, header:Name or body");
			}
			parts.add(part);
		}
		return new EventId(name, parts, scheme.signsUsualId() && parts.stream().anyMatch(isUsual(usual)));
	}

	private static Predicate<ValueExpression> isUsual(List<String> usual) {
		return (part) -> usual.stream()
			.map(ValueExpression::parse)
			.anyMatch((place) -> place != null && part.isSameAs(place));
	}

	private static @Nullable ValueExpression key(String name, @Nullable String text) {
		if (text == null) {
			return null;
		}
		ValueExpression key = ValueExpression.parse(text);
		if (key == null || key instanceof ValueExpression.Body) {
			throw wrong(name, "key", is(text) + ", must be json:/pointer or header:Name");
		}
		return key;
	}

	private static String is(@Nullable String value) {
		return (value == null) ? "is missing" : "is \"" + value + "\"";
	}

	private static IllegalArgumentException wrong(String name, String setting, String message) {
		return new IllegalArgumentException(
				"gateway.webhooks." + (name.isEmpty() ? "" : name + ".") + setting + " " + message);
	}

	/**
	 * Takes a delivery to this source.
	 * @param headers finds the first header of a name, as {@link Delivery} has it
	 * @param body the body, byte for byte
	 * @return the delivery
	 */
	Delivery delivery(Function<String, @Nullable String> headers, byte[] body) {
		return new Delivery(headers, body, this.scheme.names(headers));
	}

	/**
	 * The id of the record that a delivery becomes.
	 * @param delivery the delivery
	 * @return as {@link EventId#of}; of a notice of Slack's that has no id, the body's
	 * @throws ProblemException 400 if a part is missing, or cannot be in an id
	 */
	@Nullable String idOf(Delivery delivery) {
		boolean notice = this.scheme == SignatureScheme.SLACK && this.id.ofTheSender()
				&& SlackHandshake.isWithoutId(delivery);
		return (notice ? new EventId(this.name, List.of(new ValueExpression.Body("body")), true) : this.id)
			.of(delivery);
	}

	/** Who sends, as far as queues and quotas are concerned. */
	String principal() {
		return "webhook:" + this.name;
	}

}
