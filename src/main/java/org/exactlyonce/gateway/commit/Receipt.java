package org.exactlyonce.gateway.commit;

import java.time.Instant;

import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.log.RecordBatch;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The place of an append in the log. A duplicate has the original offsets.
 *
 * @param partition the partition's id
 * @param producerId the producer; null for an append without an identity, as all that
 * follows from it
 * @param producerEpoch the epoch of the batch that holds the first record
 * @param baseSequence the first record's sequence
 * @param lastSequence the last record's sequence
 * @param baseOffset the first record's offset; null for a duplicate whose records are
 * deleted, as all that was stored with them
 * @param lastOffset the last record's offset
 * @param nextSequence the sequence to send next, now
 * @param duplicate whether the records were committed before
 * @param appendedAt when the batch that holds the first record was appended
 */
public record Receipt(int partition, @Nullable Long producerId, @Nullable Long producerEpoch,
		@Nullable Long baseSequence, @Nullable Long lastSequence, @Nullable Long baseOffset, @Nullable Long lastOffset,
		@Nullable Long nextSequence, boolean duplicate, @Nullable Instant appendedAt) {

	/**
	 * Where one of the records is.
	 * @param index its place in the append
	 * @return its offset; null if the records are deleted
	 */
	public @Nullable Long offset(int index) {
		return (this.baseOffset != null) ? Long.valueOf(this.baseOffset + index) : null;
	}

	/**
	 * Publishes where its records end, unless they are deleted. Those of a duplicate too:
	 * after a commit of unknown outcome it is news.
	 * @param ends tells readers
	 */
	void publish(DurableEnds ends) {
		if (this.lastOffset != null) {
			ends.publish(this.partition, this.lastOffset + 1);
		}
	}

	/**
	 * The answer to a new batch.
	 * @param batch the batch
	 * @return the receipt
	 */
	static Receipt stored(RecordBatch batch) {
		Long base = batch.baseSequence();
		Long next = (base != null) ? Long.valueOf(base + batch.recordCount()) : null;
		return new Receipt(batch.partition(), batch.producerId(), batch.producerEpoch(), base,
				(next != null) ? Long.valueOf(next - 1) : null, batch.baseOffset(), batch.lastOffset(), next, false,
				batch.appendedAt());
	}

	/**
	 * The answer to records that were committed before.
	 * @param partition their partition
	 * @param repeated what was sent
	 * @param producerEpoch the epoch of the batch that holds the first record
	 * @param baseOffset the first record's offset
	 * @param lastOffset the last record's offset
	 * @param appendedAt when the batch that holds the first record was appended
	 * @return the receipt
	 */
	static Receipt duplicate(int partition, Judgement.Repeated repeated, @Nullable Long producerEpoch, long baseOffset,
			long lastOffset, Instant appendedAt) {
		AppendIdentity.Sequenced identity = repeated.identity();
		return new Receipt(partition, identity.producer().producerId(), producerEpoch, identity.range().base(),
				identity.range().last(), baseOffset, lastOffset, repeated.nextSequence(), true, appendedAt);
	}

	/**
	 * The answer to records that were committed before, and are deleted.
	 * @param partition their partition
	 * @param repeated what was sent
	 * @return the receipt
	 */
	static Receipt deleted(int partition, Judgement.Repeated repeated) {
		AppendIdentity.Sequenced identity = repeated.identity();
		return new Receipt(partition, identity.producer().producerId(), null, identity.range().base(),
				identity.range().last(), null, null, repeated.nextSequence(), true, null);
	}

}
