package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow.
 */
final class Bytes {

	private byte[] bytes;

	private int size;

	Bytes(int capacity) {
		this.bytes = new byte[capacity];
	}

	void add(int value) {
		if (this.size == this.bytes.length) {
			grow(1);
		}
		this.bytes[this.size++] = (byte) value;
	}

	void add(byte[] source, int from, int to) {
		int length = to - from;
		if (this.bytes.length - this.size < length) {
			grow(length);
		}
		System.arraycopy(source, from, this.bytes, this.size, length);
		this.size += length;
	}

	void add(byte[] source) {
		add(source, 0, source.length);
	}

	void addText(String text) {
		add(text.getBytes(StandardCharsets.UTF_8));
	}

	int size() {
		return this.size;
	}

	byte[] toArray() {
		return (this.size == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.size);
	}

	private void grow(int more) {
		this.bytes = Arrays.copyOf(this.bytes, Math.max(this.bytes.length * 2, this.size + more));
	}

}
