package org.exactlyonce.gateway.log;

/**
 * Where a partition ended when all were read.
 *
 * @param partition its id
 * @param topic the name of its topic
 * @param number its number there
 * @param logEndOffset the offset that its next record gets
 * @param producers producers with at least one committed record in it
 */
record PartitionEnd(int partition, String topic, int number, long logEndOffset, long producers) {
}
