package org.exactlyonce.gateway.log;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.request.ContentType;

/**
 * Walks the payload of a batch, record by record, in the format of {@link RecordEncoder}.
 */
final class RecordDecoder {

	private final byte[] payload;

	private final ByteReader records;

	private int coreStart;

	private int coreEnd;

	private String description = "";

	RecordDecoder(byte[] payload) {
		if (payload.length == 0 || payload[0] < RecordEncoder.FORMAT || payload[0] > RecordEncoder.WIDER_FORMAT) {
			throw new IllegalStateException("A stored batch has an unknown format");
		}
		this.payload = payload;
		this.records = new ByteReader(payload, 1);
	}

	/**
	 * Moves to the next record.
	 * @return this
	 */
	RecordDecoder next() {
		int length = (int) this.records.number();
		this.coreStart = this.records.position();
		this.records.skip(length);
		this.coreEnd = this.records.position();
		this.description = this.records.text();
		return this;
	}

	/** Where the next record begins. */
	int position() {
		return this.records.position();
	}

	/**
	 * Goes to a place that {@link #position()} told of the same payload.
	 * @param place the place
	 * @return this
	 */
	RecordDecoder at(int place) {
		this.records.goTo(place);
		return this;
	}

	/** Passes over a record, without a look at it. */
	void skipOne() {
		this.records.skipBytes();
		this.records.skipBytes();
	}

	RecordDecoder skip(long records) {
		for (long i = 0; i < records; i++) {
			skipOne();
		}
		return this;
	}

	/** Whether one is a retry of the other. */
	boolean sameRecord(RecordDecoder other) {
		if (isJson() == other.isJson()) {
			return Arrays.equals(this.payload, this.coreStart, this.coreEnd, other.payload, other.coreStart,
					other.coreEnd);
		}
		return isJson() ? other.isRetriedBy(read()) : isRetriedBy(other.read());
	}

	/** A tombstone counts as JSON here: its core says what it is. */
	private boolean isJson() {
		return this.description.isEmpty() || this.description.startsWith("\n")
				|| this.description.startsWith(RecordEncoder.JSON_MARK);
	}

	/**
	 * Version 0.1 stored JSON of a media type that ends in {@code +json} as bytes, with
	 * the white space in it. Its retry comes as JSON.
	 */
	private boolean isRetriedBy(LogRecord json) {
		LogRecord bytes = read();
		String type = bytes.value().contentType();
		if (json.value().kind() != RecordValue.Kind.JSON || type == null || !ContentType.isStructuredJson(type)) {
			return false;
		}
		byte[] text = JsonDocuments.readIfJson(bytes.value().bytes());
		return text != null && Arrays.equals(text, json.value().bytes()) && Arrays.equals(bytes.key(), json.key())
				&& bytes.headers().equals(json.headers())
				&& Objects.equals(bytes.timestampMillis(), json.timestampMillis());
	}

	LogRecord read() {
		ByteReader core = new ByteReader(this.payload, this.coreStart);
		int flags = core.next();
		Long timestamp = null;
		if ((flags & RecordEncoder.HAS_TIMESTAMP) != 0) {
			long zigzag = core.number();
			timestamp = (zigzag >>> 1) ^ -(zigzag & 1);
		}
		byte[] key = ((flags & RecordEncoder.HAS_KEY) != 0) ? core.bytes() : null;
		RecordHeaders headers = headers(core, flags);
		byte[] bytes = Arrays.copyOfRange(this.payload, core.position(), this.coreEnd);
		RecordValue value = ((flags & RecordEncoder.IS_TOMBSTONE) != 0) ? RecordValue.TOMBSTONE : value(bytes);
		return new LogRecord(key, value, headers, timestamp);
	}

	private RecordHeaders headers(ByteReader core, int flags) {
		boolean listed = (flags & RecordEncoder.HAS_HEADER_LIST) != 0;
		if (!listed && (flags & RecordEncoder.HAS_HEADERS) == 0) {
			return RecordHeaders.NONE;
		}
		int start = core.position();
		RecordHeaders.skip(core, listed);
		BitSet base64 = new BitSet();
		if (listed) {
			this.description.lines().skip(1).forEach((index) -> base64.set(Integer.parseInt(index)));
		}
		return new RecordHeaders(listed, Arrays.copyOfRange(this.payload, start, core.position()), base64);
	}

	private RecordValue value(byte[] bytes) {
		int end = this.description.indexOf('\n');
		String type = (end < 0) ? this.description : this.description.substring(0, end);
		if (type.isEmpty()) {
			return RecordValue.json(bytes, null);
		}
		return type.startsWith(RecordEncoder.JSON_MARK) ? RecordValue.json(bytes, type.substring(1))
				: RecordValue.bytes(bytes, type);
	}

}
