package org.exactlyonce.gateway.record;

import java.util.Arrays;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

/**
 * Walks the payload of a batch, record by record, in the format of {@link RecordEncoder}.
 */
public final class RecordDecoder {

	private final byte[] payload;

	private final ByteReader records;

	private int coreStart;

	private int coreEnd;

	private String description = "";

	private @Nullable String id;

	/**
	 * Stands in front of the first record.
	 * @param payload the payload of a batch
	 */
	public RecordDecoder(byte[] payload) {
		if (payload.length == 0 || payload[0] < RecordEncoder.FORMAT || payload[0] > RecordEncoder.FORMAT_WITH_IDS) {
			throw new IllegalStateException("A stored batch has an unknown format");
		}
		this.payload = payload;
		this.records = new ByteReader(payload, 1);
	}

	/**
	 * Moves to the next record.
	 * @return this
	 */
	public RecordDecoder next() {
		int length = (int) this.records.number();
		this.coreStart = this.records.position();
		this.records.skip(length);
		this.coreEnd = this.records.position();
		String text = this.records.text();
		int mark = text.indexOf(RecordEncoder.ID_MARK);
		this.description = (mark < 0) ? text : text.substring(0, mark);
		this.id = (mark < 0) ? null : text.substring(mark + 1);
		return this;
	}

	/**
	 * Where the next record begins.
	 * @return a place in the payload
	 */
	public int position() {
		return this.records.position();
	}

	/**
	 * Goes to a place that {@link #position()} returned for the same payload.
	 * @param place the place
	 * @return this
	 */
	public RecordDecoder at(int place) {
		this.records.goTo(place);
		return this;
	}

	/** Passes over a record, without a look at it. */
	public void skipOne() {
		this.records.skipBytes();
		this.records.skipBytes();
	}

	/**
	 * Passes over records.
	 * @param records how many
	 * @return this
	 */
	public RecordDecoder skip(long records) {
		for (long i = 0; i < records; i++) {
			skipOne();
		}
		return this;
	}

	/**
	 * Whether two records are the same.
	 * @param other stands at the other record
	 * @return true if both are JSON or neither is, and their cores are equal
	 */
	public boolean sameRecord(RecordDecoder other) {
		return isJson() == other.isJson() && Arrays.equals(this.payload, this.coreStart, this.coreEnd, other.payload,
				other.coreStart, other.coreEnd);
	}

	/**
	 * Whether the value is JSON.
	 * @return true for JSON, and for a tombstone, whose core says what it is
	 */
	public boolean isJson() {
		return this.description.isEmpty() || this.description.startsWith("\n")
				|| this.description.startsWith(RecordEncoder.JSON_MARK);
	}

	/**
	 * Reads the record.
	 * @return the record
	 */
	public LogRecord read() {
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
		return new LogRecord(key, value, headers, timestamp, this.id);
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
