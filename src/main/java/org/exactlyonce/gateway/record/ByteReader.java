package org.exactlyonce.gateway.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A position in bytes that a {@link ByteWriter} wrote.
 */
final class ByteReader {

	private final byte[] bytes;

	private int position;

	ByteReader(byte[] bytes, int position) {
		this.bytes = bytes;
		this.position = position;
	}

	int position() {
		return this.position;
	}

	void goTo(int place) {
		this.position = place;
	}

	byte next() {
		return this.bytes[this.position++];
	}

	long number() {
		long number = 0;
		for (int shift = 0;; shift += 7) {
			byte group = next();
			number |= (long) (group & 0x7F) << shift;
			if (group >= 0) {
				return number;
			}
		}
	}

	/** The next bytes, as many as are asked for. */
	byte[] bytes(int length) {
		int from = this.position;
		this.position += length;
		return Arrays.copyOfRange(this.bytes, from, this.position);
	}

	/** The next byte string, whose length is before it. */
	byte[] bytes() {
		return bytes((int) number());
	}

	String text() {
		int length = (int) number();
		String text = new String(this.bytes, this.position, length, StandardCharsets.UTF_8);
		this.position += length;
		return text;
	}

	/** Passes over a text or a byte string. */
	void skipBytes() {
		skip((int) number());
	}

	void skip(int length) {
		this.position += length;
	}

}
