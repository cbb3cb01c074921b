package org.exactlyonce.gateway.webhook;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The sources of webhooks.
 *
 * @param webhooks by name, which is in the path and in the ids of records: letters,
 * digits, dots, dashes and underscores
 */
@ConfigurationProperties("gateway")
record WebhookProperties(@DefaultValue Map<String, Source> webhooks) {

	/**
	 * Refuses settings that cannot work.
	 * @throws IllegalArgumentException if one of a source cannot
	 */
	WebhookProperties {
		webhooks.forEach(WebhookSource::of);
	}

	/** Secrets stay inside. */
	@Override
	public String toString() {
		return "WebhookProperties" + this.webhooks.keySet();
	}

	/**
	 * One source.
	 *
	 * @param topic the topic that its events go to
	 * @param signature how its sender signs, see {@link SignatureScheme}
	 * @param secrets any of which may sign; secret
	 * @param id where an event's id is, see {@link ValueExpression}; none for the usual
	 * place of the scheme
	 * @param key where the record's key is, if it gets one
	 * @param header where the signature is, with {@code hmac-sha256}
	 * @param encoding how it is written, with {@code hmac-sha256}
	 */
	record Source(@Nullable String topic, @Nullable String signature, @DefaultValue List<String> secrets,
			@DefaultValue List<String> id, @Nullable String key, @Nullable String header, @Nullable String encoding) {

		/** What is empty is left out. */
		Source {
			topic = unlessBlank(topic);
			signature = unlessBlank(signature);
			key = unlessBlank(key);
			header = unlessBlank(header);
			encoding = unlessBlank(encoding);
		}

		private static @Nullable String unlessBlank(@Nullable String text) {
			return (text == null || text.isBlank()) ? null : text;
		}

		/** Leaves the secrets out. */
		@Override
		public String toString() {
			return "Source[topic=" + this.topic + ", signature=" + this.signature + "]";
		}

	}

}
