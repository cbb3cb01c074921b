package org.exactlyonce.gateway.json;

import java.util.Base64;

import org.jspecify.annotations.Nullable;

/**
 * Base64 as RFC 4648 writes it: the platform's decoder forgives missing padding and stray
 * bits.
 */
public final class StrictBase64 {

	/** What is wrong with a text that cannot be decoded. */
	public static final String WRONG = "must be base64 (RFC 4648, section 4)";

	private StrictBase64() {
	}

	/**
	 * Decodes a text.
	 * @param text the text
	 * @return the bytes, or null if the text is not what they encode to
	 */
	public static byte @Nullable [] decode(String text) {
		try {
			byte[] bytes = Base64.getDecoder().decode(text);
			return Base64.getEncoder().encodeToString(bytes).equals(text) ? bytes : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
