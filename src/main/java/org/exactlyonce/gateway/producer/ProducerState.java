package org.exactlyonce.gateway.producer;

import org.jspecify.annotations.Nullable;

/**
 * A row of the sequence table, as much of it as callers see.
 *
 * @param producerId the producer
 * @param topic the name of the partition's topic
 * @param partition the partition's number there
 * @param lastSequence the last committed sequence
 * @param lastOffset its record's offset; null once that is deleted
 */
record ProducerState(long producerId, String topic, int partition, long lastSequence, @Nullable Long lastOffset) {
}
