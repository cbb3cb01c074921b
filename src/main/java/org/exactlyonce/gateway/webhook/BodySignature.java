package org.exactlyonce.gateway.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The HMAC of the body alone, in one header: GitHub's, Shopify's and most others.
 *
 * @param secrets the secrets
 * @param header the header
 * @param encoding how it is written there
 * @param prefix whether {@code sha256=} is before it
 */
record BodySignature(Secrets secrets, String header, Encoding encoding, Prefix prefix) implements Signature {

	private static final String SHA256 = "sha256=";

	@Override
	public @Nullable String complaint(Delivery delivery, Instant now) {
		String sent = delivery.header(this.header);
		byte[] signature = (sent != null) ? decode(sent) : null;
		if (signature == null) {
			return Secrets.malformed(this.header, sent, form());
		}
		return this.secrets.complaint(this.header, List.of(signature), delivery.body());
	}

	private byte @Nullable [] decode(String sent) {
		boolean prefixed = sent.startsWith(SHA256);
		if (prefixed ? this.prefix == Prefix.NONE : this.prefix == Prefix.REQUIRED) {
			return null;
		}
		String text = prefixed ? sent.substring(SHA256.length()) : sent;
		return (this.encoding == Encoding.HEX) ? Secrets.hex(text) : Secrets.base64(text);
	}

	private String form() {
		String encoded = "the HMAC-SHA256 of the body in " + this.encoding.word();
		return (this.prefix == Prefix.REQUIRED) ? SHA256 + " and " + encoded : encoded;
	}

	/**
	 * How a signature is written.
	 */
	enum Encoding {

		HEX, BASE64;

		/** As it is in settings. */
		String word() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * Whether the algorithm's name is before the signature.
	 */
	enum Prefix {

		REQUIRED, POSSIBLE, NONE

	}

}
