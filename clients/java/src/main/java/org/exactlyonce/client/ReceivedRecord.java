package org.exactlyonce.client;

import java.time.Instant;
import java.util.List;

/**
 * A record of the log.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 * @param key the key's bytes; null if it has none
 * @param value the value
 * @param contentType the media type of a text or of bytes; null if it has none
 * @param headers the headers, in order
 * @param timestamp the given one, or {@code appendedAt}
 * @param appendedAt when it was stored
 * @param producerId who sent it; -1 if that has no identity
 * @param sequence its sequence; -1 without an identity
 * @param id its id; null if it has none
 */
public record ReceivedRecord(String topic, int partition, long offset, byte[] key, Value value, String contentType,
		List<Header> headers, Instant timestamp, Instant appendedAt, long producerId, long sequence, String id) {

}
