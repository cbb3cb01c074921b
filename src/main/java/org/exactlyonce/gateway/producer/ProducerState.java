package org.exactlyonce.gateway.producer;

/**
 * A row of the sequence table, as much of it as callers see.
 *
 * @param producerId the producer
 * @param partition the partition
 * @param lastSequence the last committed sequence
 * @param lastOffset its record's offset
 */
record ProducerState(long producerId, int partition, long lastSequence, long lastOffset) {
}
