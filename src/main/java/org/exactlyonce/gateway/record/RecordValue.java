package org.exactlyonce.gateway.record;

import org.jspecify.annotations.Nullable;

/**
 * The value of a record.
 *
 * @param kind what it is
 * @param bytes a JSON value's minimal text in UTF-8, or the bytes as they were sent;
 * empty for a tombstone
 * @param contentType the media type; null for {@code application/json} and for a
 * tombstone. Not part of what makes two records the same
 */
public record RecordValue(Kind kind, byte[] bytes, @Nullable String contentType) {

	/** The value of a record that has none. */
	public static final RecordValue TOMBSTONE = new RecordValue(Kind.TOMBSTONE, new byte[0], null);

	/**
	 * The kind of a value.
	 */
	public enum Kind {

		/** A JSON value, which equals only a JSON value. */
		JSON,

		/** Text or any other bytes. */
		BYTES,

		/** No value: Kafka's null. */
		TOMBSTONE

	}

	/**
	 * A JSON value.
	 * @param text its minimal text in UTF-8
	 * @param contentType a media type that ends in {@code +json}, or null
	 * @return the value
	 */
	public static RecordValue json(byte[] text, @Nullable String contentType) {
		return new RecordValue(Kind.JSON, text, contentType);
	}

	/**
	 * Text or any other bytes.
	 * @param bytes the bytes
	 * @param contentType their media type
	 * @return the value
	 */
	public static RecordValue bytes(byte[] bytes, String contentType) {
		return new RecordValue(Kind.BYTES, bytes, contentType);
	}

	/**
	 * The value as text.
	 * @return the text; null for a tombstone, for what is no {@code text/*}, and for
	 * bytes that are not UTF-8
	 */
	public @Nullable String text() {
		boolean text = this.contentType != null && this.contentType.regionMatches(true, 0, "text/", 0, 5);
		return (this.kind == Kind.BYTES && text) ? Utf8.decode(this.bytes) : null;
	}

}
