package org.exactlyonce.gateway.log;

import org.jspecify.annotations.Nullable;

/**
 * The end of a partition when all were read.
 *
 * @param partition its id
 * @param topic the name of its topic
 * @param number its number there
 * @param logStartOffset the offset of the first record that is kept
 * @param logEndOffset the offset that its next record gets
 * @param producers producers with at least one committed record in it
 * @param heldBytes what its batches take, or null if it is not counted yet
 */
record PartitionEnd(int partition, String topic, int number, long logStartOffset, long logEndOffset, long producers,
		@Nullable Long heldBytes) {
}
