package org.exactlyonce.gateway.ids;

import java.time.Instant;

/**
 * The record that was stored under an id.
 *
 * @param partition the partition's id
 * @param number the partition's number in its topic
 * @param offset the record's offset
 * @param deleted whether the topic does not keep it any more
 * @param payload SHA-256 of what a record has to be the same in
 * @param appendedAt when it was appended
 */
public record IdentifiedRecord(int partition, int number, long offset, boolean deleted, byte[] payload,
		Instant appendedAt) {
}
