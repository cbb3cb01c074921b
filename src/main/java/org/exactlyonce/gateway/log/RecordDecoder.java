package org.exactlyonce.gateway.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Walks the payload of a batch, record by record, in the format of {@link RecordEncoder}.
 */
final class RecordDecoder {

	private final byte[] payload;

	private int position = 1;

	private int coreStart;

	private int coreEnd;

	private @Nullable String contentType;

	RecordDecoder(byte[] payload) {
		if (payload.length == 0 || payload[0] != RecordEncoder.FORMAT) {
			throw new IllegalStateException("A stored batch has an unknown format");
		}
		this.payload = payload;
	}

	/**
	 * Moves to the next record.
	 * @return this
	 */
	RecordDecoder next() {
		int length = (int) number();
		this.coreStart = this.position;
		this.coreEnd = this.position + length;
		this.position = this.coreEnd;
		String type = text();
		this.contentType = type.isEmpty() ? null : type;
		return this;
	}

	/** Where the next record begins. */
	int position() {
		return this.position;
	}

	/**
	 * Goes to a place that {@link #position()} told of the same payload.
	 * @param place the place
	 * @return this
	 */
	RecordDecoder at(int place) {
		this.position = place;
		return this;
	}

	/** Passes over a record, without a look at it. */
	void skipOne() {
		int core = (int) number(); // moves the position itself
		this.position += core;
		int contentType = (int) number();
		this.position += contentType;
	}

	RecordDecoder skip(long records) {
		for (long i = 0; i < records; i++) {
			skipOne();
		}
		return this;
	}

	boolean sameRecord(RecordDecoder other) {
		return Arrays.equals(this.payload, this.coreStart, this.coreEnd, other.payload, other.coreStart, other.coreEnd);
	}

	LogRecord read() {
		int after = this.position;
		this.position = this.coreStart;
		int flags = this.payload[this.position++];
		Long timestamp = null;
		if ((flags & RecordEncoder.HAS_TIMESTAMP) != 0) {
			long zigzag = number();
			timestamp = (zigzag >>> 1) ^ -(zigzag & 1);
		}
		String key = ((flags & RecordEncoder.HAS_KEY) != 0) ? text() : null;
		TreeMap<String, String> headers = new TreeMap<>();
		if ((flags & RecordEncoder.HAS_HEADERS) != 0) {
			for (long i = number(); i > 0; i--) {
				headers.put(text(), text());
			}
		}
		byte[] value = Arrays.copyOfRange(this.payload, this.position, this.coreEnd);
		this.position = after;
		return new LogRecord(key, value, this.contentType, headers, timestamp);
	}

	private long number() {
		long number = 0;
		for (int shift = 0;; shift += 7) {
			byte group = this.payload[this.position++];
			number |= (long) (group & 0x7F) << shift;
			if (group >= 0) {
				return number;
			}
		}
	}

	private String text() {
		int length = (int) number();
		String text = new String(this.payload, this.position, length, StandardCharsets.UTF_8);
		this.position += length;
		return text;
	}

}
