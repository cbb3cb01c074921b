package org.exactlyonce.gateway.record;

import org.jspecify.annotations.Nullable;

/**
 * One header of a record.
 *
 * @param name the name
 * @param value the value, a text in UTF-8 or any bytes; null only in a list
 * @param base64 whether the value was sent as base64, which is how it reads back; not
 * part of what makes two records the same
 */
public record RecordHeader(String name, byte @Nullable [] value, boolean base64) {
}
