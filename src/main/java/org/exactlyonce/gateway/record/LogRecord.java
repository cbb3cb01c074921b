package org.exactlyonce.gateway.record;

import org.jspecify.annotations.Nullable;

/**
 * One record as a client sends it.
 *
 * @param key the key, if any: bytes, whether they were sent as text or as base64
 * @param value the value
 * @param headers the headers
 * @param timestampMillis the given time in milliseconds since 1970, if any
 * @param id what tells it from all others of its topic, if anything does; not part of
 * what makes two records the same
 */
public record LogRecord(byte @Nullable [] key, RecordValue value, RecordHeaders headers, @Nullable Long timestampMillis,
		@Nullable String id) {

	/**
	 * A record without an id.
	 * @param key the key, if any
	 * @param value the value
	 * @param headers the headers
	 * @param timestampMillis the given time in milliseconds since 1970, if any
	 */
	public LogRecord(byte @Nullable [] key, RecordValue value, RecordHeaders headers, @Nullable Long timestampMillis) {
		this(key, value, headers, timestampMillis, null);
	}

	/**
	 * The same record under an id.
	 * @param other the id
	 * @return the record
	 */
	public LogRecord withId(String other) {
		return new LogRecord(this.key, this.value, this.headers, this.timestampMillis, other);
	}

	/**
	 * The key as text.
	 * @return the key; null if there is none, and for bytes that are no text: not valid
	 * UTF-8, or with U+0000
	 */
	public @Nullable String keyText() {
		String text = (this.key != null) ? Utf8.decode(this.key) : null;
		return (text != null && text.indexOf(0) < 0) ? text : null;
	}

}
