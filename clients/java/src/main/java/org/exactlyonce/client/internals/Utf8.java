package org.exactlyonce.client.internals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What is proper UTF-8.
 */
final class Utf8 {

	private Utf8() {
	}

	static boolean isValid(byte[] bytes) {
		for (byte each : bytes) {
			if (each < 0) {
				return decodes(bytes);
			}
		}
		return true;
	}

	/**
	 * Whether a string can be written as UTF-8.
	 * @param text the string
	 * @return false if it has an unpaired surrogate
	 */
	static boolean isValid(String text) {
		return StandardCharsets.UTF_8.newEncoder().canEncode(text);
	}

	private static boolean decodes(byte[] bytes) {
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

}
