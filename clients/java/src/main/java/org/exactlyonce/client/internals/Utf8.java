package org.exactlyonce.client.internals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What is proper UTF-8.
 */
public final class Utf8 {

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
	public static boolean isValid(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				return StandardCharsets.UTF_8.newEncoder().canEncode(text);
			}
		}
		return true;
	}

	/**
	 * The UTF-8 of a string. An unpaired surrogate is not replaced by another character:
	 * it becomes three bytes that are not UTF-8, for which {@link #isValid(byte[])} is
	 * false.
	 * @param text the string
	 * @return its bytes
	 */
	public static byte[] of(String text) {
		if (isValid(text)) {
			return text.getBytes(StandardCharsets.UTF_8);
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
		text.codePoints().forEach((each) -> {
			if (each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE) {
				bytes.write(0xe0 | each >> 12);
				bytes.write(0x80 | each >> 6 & 0x3f);
				bytes.write(0x80 | each & 0x3f);
			}
			else {
				bytes.writeBytes(Character.toString(each).getBytes(StandardCharsets.UTF_8));
			}
		});
		return bytes.toByteArray();
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
