package org.exactlyonce.gateway.log;

import java.time.Instant;

import org.exactlyonce.gateway.record.RecordDecoder;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * A producer's batch in memory, with the place of each of its records, so that one is
 * compared without walking all before it. Never changed, so requests share it.
 */
final class StoredBatch {

	private final RecordBatch batch;

	private final long base;

	private final int[] places;

	StoredBatch(RecordBatch batch) {
		Long sequence = batch.baseSequence();
		this.batch = batch;
		this.base = (sequence != null) ? sequence : -1;
		this.places = new int[batch.recordCount()];
		RecordDecoder decoder = new RecordDecoder(batch.payload());
		for (int i = 0; i < this.places.length; i++) {
			this.places[i] = decoder.position();
			decoder.skipOne();
		}
	}

	boolean holds(long sequence) {
		return sequence >= this.base && sequence - this.base < this.places.length;
	}

	boolean holds(SequenceRange range) {
		return holds(range.base()) && holds(range.last());
	}

	long lastSequence() {
		return this.base + this.places.length - 1;
	}

	long offset(long sequence) {
		return this.batch.baseOffset() + (sequence - this.base);
	}

	@Nullable Long producerEpoch() {
		return this.batch.producerEpoch();
	}

	Instant appendedAt() {
		return this.batch.appendedAt();
	}

	/** What it takes in memory. */
	long bytes() {
		return this.batch.payload().length + 4L * this.places.length;
	}

	/**
	 * Compares records from one sequence to another, both in this batch.
	 * @param from the first sequence
	 * @param last the last sequence
	 * @param sent what was sent, in front of the record with the first sequence
	 * @return the first sequence that differs; the one behind the last if none does
	 */
	long compare(long from, long last, RecordDecoder sent) {
		RecordDecoder stored = new RecordDecoder(this.batch.payload()).at(this.places[(int) (from - this.base)]);
		long sequence = from;
		while (sequence <= last && Retries.isRetry(stored.next(), sent.next())) {
			sequence++;
		}
		return sequence;
	}

}
