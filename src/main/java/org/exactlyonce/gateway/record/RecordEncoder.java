package org.exactlyonce.gateway.record;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Writes the payload of a batch: one format byte, then each record as
 * {@code length, core, description}. A core is
 * {@code flags, [timestamp], [key], [headers], value}. The description is a text: empty
 * for {@code application/json}, else the media type, with a space before it if the value
 * is JSON; then, each on a line of its own, the indexes of the headers that were sent as
 * base64. Two records are the same when both are JSON or neither is, and their cores are
 * equal, byte for byte; the digest covers exactly that.
 * <p>
 * Version 0.1 knew keys that are text, headers that are an object, and a value. A batch
 * of such records is stored as it was then. One with any other record has another format
 * byte, which version 0.1 refuses to read. An id is the end of the description, behind
 * U+0000; a batch with one has a third format byte.
 */
public final class RecordEncoder {

	static final byte FORMAT = 1;

	static final byte WIDER_FORMAT = 2;

	static final byte FORMAT_WITH_IDS = 3;

	static final int HAS_KEY = 1;

	static final int HAS_TIMESTAMP = 2;

	static final int HAS_HEADERS = 4;

	static final int HAS_HEADER_LIST = 8;

	static final int IS_TOMBSTONE = 16;

	static final String JSON_MARK = " ";

	/** In no media type, and in no id. */
	static final char ID_MARK = '\0';

	/** Cannot be the length of a core, which has a byte of flags at least. */
	private static final byte BYTES_IN_DIGEST = 0;

	private final MessageDigest digest = sha256();

	private final ByteWriter payload = new ByteWriter(256);

	private final ByteWriter core = new ByteWriter(256);

	private byte format = FORMAT;

	private int recordCount;

	/** A batch without records. */
	public RecordEncoder() {
		this.payload.put(FORMAT);
	}

	/**
	 * Adds a record.
	 * @param record the record
	 */
	public void add(LogRecord record) {
		writeCore(record);
		int start = this.payload.size();
		this.payload.putNumber(this.core.size());
		this.payload.put(this.core.array(), this.core.size());
		if (record.value().kind() == RecordValue.Kind.BYTES) {
			this.digest.update(BYTES_IN_DIGEST);
		}
		this.digest.update(this.payload.array(), start, this.payload.size() - start);
		this.payload.putText(description(record));
		this.recordCount++;
	}

	private void writeCore(LogRecord record) {
		this.core.clear();
		byte[] key = record.key();
		Long timestamp = record.timestampMillis();
		int flags = flags(record);
		this.core.put((byte) flags);
		if (timestamp != null) {
			this.core.putNumber((timestamp << 1) ^ (timestamp >> 63));
		}
		if (key != null) {
			this.core.putBytes(key);
		}
		if (!record.headers().isEmpty()) {
			byte[] headers = record.headers().encoded();
			this.core.put(headers, headers.length);
		}
		this.core.put(record.value().bytes(), record.value().bytes().length);
		if (record.id() != null) {
			this.format = FORMAT_WITH_IDS;
		}
		else if (flags >= HAS_HEADER_LIST || (key != null && record.keyText() == null)) {
			this.format = (byte) Math.max(this.format, WIDER_FORMAT);
		}
	}

	private static int flags(LogRecord record) {
		int headers = record.headers().isListed() ? HAS_HEADER_LIST : HAS_HEADERS;
		return ((record.key() != null) ? HAS_KEY : 0) | ((record.timestampMillis() != null) ? HAS_TIMESTAMP : 0)
				| (record.headers().isEmpty() ? 0 : headers)
				| ((record.value().kind() == RecordValue.Kind.TOMBSTONE) ? IS_TOMBSTONE : 0);
	}

	private static String description(LogRecord record) {
		String base64 = record.headers()
			.base64()
			.stream()
			.mapToObj((index) -> "\n" + index)
			.collect(Collectors.joining());
		return mediaType(record.value()) + base64 + ((record.id() != null) ? ID_MARK + record.id() : "");
	}

	private static String mediaType(RecordValue value) {
		@Nullable String type = value.contentType();
		if (type == null) {
			return "";
		}
		return (value.kind() == RecordValue.Kind.JSON) ? JSON_MARK + type : type;
	}

	/**
	 * The batch, once all records are added.
	 * @return the records as they are stored
	 */
	public EncodedBatch encode() {
		byte[] bytes = this.payload.toBytes();
		bytes[0] = this.format;
		return new EncodedBatch(bytes, this.digest.digest(), this.recordCount);
	}

	/**
	 * What makes a record the same as another: the digest of a batch that has it alone.
	 * @param record the record
	 * @return SHA-256
	 */
	public static byte[] digestOf(LogRecord record) {
		RecordEncoder alone = new RecordEncoder();
		alone.add(record);
		return alone.digest.digest();
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
