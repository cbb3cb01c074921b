package org.exactlyonce.gateway.log;

import java.util.SortedMap;

import org.jspecify.annotations.Nullable;

/**
 * What a client sends as one record.
 *
 * @param key the key, if any
 * @param value a JSON value's minimal text in UTF-8, or any bytes
 * @param contentType null for JSON, else the media type of the bytes; not part of what
 * makes two records the same
 * @param headers the headers in the order of their names
 * @param timestampMillis the given time in milliseconds since 1970, if any
 */
public record LogRecord(@Nullable String key, byte[] value, @Nullable String contentType,
		SortedMap<String, String> headers, @Nullable Long timestampMillis) {
}
