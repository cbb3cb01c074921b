package org.exactlyonce.gateway.record;

import org.jspecify.annotations.Nullable;

/**
 * One record as a client sends it.
 *
 * @param key the key, if any: bytes, whether they were sent as text or as base64
 * @param value the value
 * @param headers the headers
 * @param timestampMillis the given time in milliseconds since 1970, if any
 */
public record LogRecord(byte @Nullable [] key, RecordValue value, RecordHeaders headers,
		@Nullable Long timestampMillis) {

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
