package org.exactlyonce.gateway.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A byte array that grows. Numbers are variable-length, least significant group first;
 * texts and byte strings have their length before them.
 */
final class ByteWriter {

	private byte[] bytes;

	private int size;

	ByteWriter(int capacity) {
		this.bytes = new byte[capacity];
	}

	/** The bytes so far, in an array that may be longer. */
	byte[] array() {
		return this.bytes;
	}

	int size() {
		return this.size;
	}

	byte[] toBytes() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	void clear() {
		this.size = 0;
	}

	void put(byte value) {
		reserve(1);
		this.bytes[this.size++] = value;
	}

	void put(byte[] values, int length) {
		reserve(length);
		System.arraycopy(values, 0, this.bytes, this.size, length);
		this.size += length;
	}

	void putNumber(long number) {
		long rest = number;
		while ((rest & ~0x7FL) != 0) {
			put((byte) (rest | 0x80));
			rest >>>= 7;
		}
		put((byte) rest);
	}

	void putBytes(byte[] values) {
		putNumber(values.length);
		put(values, values.length);
	}

	void putText(String text) {
		putBytes(text.getBytes(StandardCharsets.UTF_8));
	}

	private void reserve(int more) {
		if (this.size + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.bytes.length * 2, this.size + more));
		}
	}

}
