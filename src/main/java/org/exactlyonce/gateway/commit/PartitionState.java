package org.exactlyonce.gateway.commit;

import java.time.Instant;

import org.exactlyonce.gateway.log.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * A locked partition, as it was read or as a group of appends leaves it. Immutable.
 *
 * @param partition the partition
 * @param number its number in its topic
 * @param logEndOffset the offset that its next record gets
 * @param producers producers with at least one committed record here
 * @param version the row's version as it was read
 * @param lastAppendedAt when the newest batch was appended, or null if there is none
 * @param addedBytes what the group's batches take
 */
record PartitionState(int partition, int number, long logEndOffset, long producers, long version,
		@Nullable Instant lastAppendedAt, long addedBytes) {

	/**
	 * When a batch that is appended now is said to be appended: never before the one in
	 * front of it, as two replicas' clocks differ.
	 * @param now this replica's clock
	 * @return that, or the newest batch's time if this is later
	 */
	Instant appendTime(Instant now) {
		return (this.lastAppendedAt != null && this.lastAppendedAt.isAfter(now)) ? this.lastAppendedAt : now;
	}

	/**
	 * The partition once a batch is appended.
	 * @param batch the batch, at {@link #logEndOffset}
	 * @param newProducer whether it is its producer's first
	 * @return the state to write
	 */
	PartitionState after(RecordBatch batch, boolean newProducer) {
		return new PartitionState(this.partition, this.number, this.logEndOffset + batch.recordCount(),
				this.producers + (newProducer ? 1 : 0), this.version, batch.appendedAt(),
				this.addedBytes + batch.payload().length);
	}

	PartitionState appendedAt(Instant time) {
		return new PartitionState(this.partition, this.number, this.logEndOffset, this.producers, this.version,
				appendTime(time), this.addedBytes);
	}

}
