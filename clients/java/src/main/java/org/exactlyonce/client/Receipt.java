package org.exactlyonce.client;

import java.time.Instant;

/**
 * Says that a record is stored, and where.
 *
 * @param topic its topic
 * @param partition its partition; of a duplicate by its id the one where it is, which may
 * be another than it was sent to
 * @param offset its offset; {@code -1} with {@link Delivery#AT_MOST_ONCE}, and of a
 * duplicate that retention has deleted
 * @param sequence its sequence; {@code -1} without {@link Delivery#EXACTLY_ONCE}
 * @param duplicate whether it was stored before: by a request whose answer was lost, or,
 * if it has an id, by whoever sent that first
 * @param appendedAt when it was stored; null with {@link Delivery#AT_MOST_ONCE}, and
 * where it is not told: of a duplicate by its id that was sent together with other
 * records, and of one that retention has deleted
 */
public record Receipt(String topic, int partition, long offset, long sequence, boolean duplicate, Instant appendedAt) {

}
