package org.exactlyonce.client;

import java.time.Instant;

/**
 * Says that a record is stored, and where.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset; {@code -1} with {@link Delivery#AT_MOST_ONCE}
 * @param sequence its sequence; {@code -1} without {@link Delivery#EXACTLY_ONCE}
 * @param duplicate whether it was stored by an earlier request whose answer was lost
 * @param appendedAt when it was stored; null with {@link Delivery#AT_MOST_ONCE}
 */
public record Receipt(String topic, int partition, long offset, long sequence, boolean duplicate, Instant appendedAt) {

}
