package org.exactlyonce.gateway.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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
			byte[] key = secret.isBlank() ? null : scheme.key(secret);
			if (key == null) {
				throw wrong(name, "secrets[" + keys.size() + "]", secret.isBlank() ? "is empty, must be a secret"
						: "is no secret of " + scheme.word() + ", must be whsec_ and base64");
			}
			keys.add(key);
		}
		return new Secrets(name, keys);
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
		return new EventId(name, parts, !usual.isEmpty() && texts.equals(usual));
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

	/** Who sends, as far as queues and quotas are concerned. */
	String principal() {
		return "webhook:" + this.name;
	}

}
