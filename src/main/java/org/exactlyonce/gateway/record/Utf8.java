package org.exactlyonce.gateway.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Text in bytes, if it is that.
 */
public final class Utf8 {

	private static final char REPLACEMENT = '\uFFFD';

	private Utf8() {
	}

	/**
	 * Decodes bytes.
	 * @param bytes any bytes
	 * @return the text; null if the bytes are not valid UTF-8
	 */
	public static @Nullable String decode(byte[] bytes) {
		String text = new String(bytes, StandardCharsets.UTF_8);
		// what cannot be decoded was replaced; what was sent like that stays
		boolean valid = text.indexOf(REPLACEMENT) < 0 || Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
		return valid ? text : null;
	}

}
