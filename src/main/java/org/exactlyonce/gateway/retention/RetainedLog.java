package org.exactlyonce.gateway.retention;

import org.jspecify.annotations.Nullable;

/**
 * A partition whose topic does not keep everything.
 *
 * @param topicId the topic
 * @param partition the partition's id
 * @param start the offset of its first batch
 * @param end the offset that its next record gets
 * @param heldBytes what its batches take; null if it is not counted
 * @param retentionMs how long records are kept at least; null for ever
 * @param retentionBytes how many bytes are kept at least; null for all
 */
record RetainedLog(int topicId, int partition, long start, long end, @Nullable Long heldBytes,
		@Nullable Long retentionMs, @Nullable Long retentionBytes) {

	/** The partition with another retention. */
	RetainedLog retaining(@Nullable Long retentionMs, @Nullable Long retentionBytes) {
		return new RetainedLog(this.topicId, this.partition, this.start, this.end, this.heldBytes, retentionMs,
				retentionBytes);
	}

	/**
	 * The partition once its first batches are deleted.
	 * @param start where it starts then
	 * @param bytes what they took
	 * @return the partition
	 */
	RetainedLog startingAt(long start, long bytes) {
		return new RetainedLog(this.topicId, this.partition, start, this.end,
				(this.heldBytes != null) ? this.heldBytes - bytes : null, this.retentionMs, this.retentionBytes);
	}

}
