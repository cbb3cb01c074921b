package org.exactlyonce.gateway.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Writes the payload of a batch: one format byte, then each record as
 * {@code length, core, content type}. Two records are the same when their cores are
 * equal, byte for byte; the digest covers the cores and their lengths. Numbers are
 * variable-length, least significant group first. A core is
 * {@code flags, [timestamp], [key], [headers], value}.
 */
final class RecordEncoder {

	static final byte FORMAT = 1;

	static final int HAS_KEY = 1;

	static final int HAS_TIMESTAMP = 2;

	static final int HAS_HEADERS = 4;

	private final MessageDigest digest = sha256();

	private final Buffer payload = new Buffer(256);

	private final Buffer core = new Buffer(256);

	private int recordCount;

	RecordEncoder() {
		this.payload.put(FORMAT);
	}

	void add(LogRecord record) {
		writeCore(record);
		int start = this.payload.size;
		this.payload.putNumber(this.core.size);
		this.payload.put(this.core.bytes, this.core.size);
		this.digest.update(this.payload.bytes, start, this.payload.size - start);
		String contentType = record.contentType();
		this.payload.putText((contentType != null) ? contentType : "");
		this.recordCount++;
	}

	private void writeCore(LogRecord record) {
		this.core.size = 0;
		String key = record.key();
		Long timestamp = record.timestampMillis();
		boolean headers = !record.headers().isEmpty();
		this.core.put((byte) ((key != null ? HAS_KEY : 0) | (timestamp != null ? HAS_TIMESTAMP : 0)
				| (headers ? HAS_HEADERS : 0)));
		if (timestamp != null) {
			this.core.putNumber((timestamp << 1) ^ (timestamp >> 63));
		}
		if (key != null) {
			this.core.putText(key);
		}
		if (headers) {
			this.core.putNumber(record.headers().size());
			record.headers().forEach((name, value) -> {
				this.core.putText(name);
				this.core.putText(value);
			});
		}
		this.core.put(record.value(), record.value().length);
	}

	EncodedBatch encode() {
		return new EncodedBatch(Arrays.copyOf(this.payload.bytes, this.payload.size), this.digest.digest(),
				this.recordCount);
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/** A byte array that grows. */
	private static final class Buffer {

		private byte[] bytes;

		private int size;

		private Buffer(int capacity) {
			this.bytes = new byte[capacity];
		}

		private void put(byte value) {
			reserve(1);
			this.bytes[this.size++] = value;
		}

		private void put(byte[] values, int length) {
			reserve(length);
			System.arraycopy(values, 0, this.bytes, this.size, length);
			this.size += length;
		}

		private void putNumber(long number) {
			long rest = number;
			while ((rest & ~0x7FL) != 0) {
				put((byte) (rest | 0x80));
				rest >>>= 7;
			}
			put((byte) rest);
		}

		private void putText(String text) {
			byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
			putNumber(utf8.length);
			put(utf8, utf8.length);
		}

		private void reserve(int more) {
			if (this.size + more > this.bytes.length) {
				this.bytes = Arrays.copyOf(this.bytes, Math.max(this.bytes.length * 2, this.size + more));
			}
		}

	}

}
