package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON in UTF-8, piece by piece and without an object for each, as there are
 * thousands in a page. Texts are escaped as Jackson does it. To be flushed at the end.
 * Not thread-safe.
 */
final class JsonOutput {

	private static final int BUFFER_BYTES = 8 * 1024;

	/** By character: what stands for it in a text; null if it does so itself. */
	private static final byte[] @Nullable [] ESCAPES = escapes();

	private final OutputStream out;

	private final byte[] buffer = new byte[BUFFER_BYTES];

	private int length;

	private final byte[] digits = new byte[20];

	JsonOutput(OutputStream out) {
		this.out = out;
	}

	private static byte[] @Nullable [] escapes() {
		JsonMapper json = new JsonMapper();
		byte[] @Nullable [] escapes = new byte[128][];
		for (int character = 0; character < escapes.length; character++) {
			byte[] text = json.writeValueAsBytes(Character.toString(character));
			escapes[character] = (text.length > 3) ? Arrays.copyOfRange(text, 1, text.length - 1) : null;
		}
		return escapes;
	}

	/** What is the same each time, for {@link #raw}. */
	static byte[] ascii(String json) {
		return json.getBytes(StandardCharsets.US_ASCII);
	}

	/** Writes bytes as they are. */
	JsonOutput raw(byte[] json) throws IOException {
		return raw(json, 0, json.length);
	}

	private JsonOutput raw(byte[] json, int from, int to) throws IOException {
		int count = to - from;
		if (count > BUFFER_BYTES - this.length) {
			flush();
			if (count > BUFFER_BYTES) {
				this.out.write(json, from, count);
				return this;
			}
		}
		System.arraycopy(json, from, this.buffer, this.length, count);
		this.length += count;
		return this;
	}

	JsonOutput raw(char character) throws IOException {
		if (this.length == BUFFER_BYTES) {
			flush();
		}
		this.buffer[this.length++] = (byte) character;
		return this;
	}

	/**
	 * Writes a number.
	 * @param number 0 or more
	 */
	JsonOutput number(long number) throws IOException {
		int from = this.digits.length;
		long rest = number;
		do {
			this.digits[--from] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
		while (rest > 0);
		return raw(this.digits, from, this.digits.length);
	}

	JsonOutput text(String text) throws IOException {
		return text(text.getBytes(StandardCharsets.UTF_8));
	}

	/** Writes a text that is valid UTF-8. */
	JsonOutput text(byte[] utf8) throws IOException {
		raw('"');
		int written = 0;
		for (int i = 0; i < utf8.length; i++) {
			byte[] escape = (utf8[i] >= 0) ? ESCAPES[utf8[i]] : null;
			if (escape != null) {
				raw(utf8, written, i).raw(escape);
				written = i + 1;
			}
		}
		return raw(utf8, written, utf8.length).raw('"');
	}

	JsonOutput base64(byte[] bytes) throws IOException {
		return raw('"').raw(Base64.getEncoder().encode(bytes)).raw('"');
	}

	/** Hands over what is still here. */
	void flush() throws IOException {
		this.out.write(this.buffer, 0, this.length);
		this.length = 0;
	}

}
