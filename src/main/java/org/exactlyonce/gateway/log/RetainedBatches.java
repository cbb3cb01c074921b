package org.exactlyonce.gateway.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * The few batches that were compared last, for the next retries of their records. Counted
 * as pages are, and kept only while there is memory. Thread-safe.
 */
final class RetainedBatches {

	private static final int MOST = 2;

	private static final long IDLE_NANOS = 1_000_000_000;

	private static final long CHECKED_NANOS = 5_000_000;

	private final ReadLimits limits;

	private final LongSupplier nanoTime;

	private final Deque<Retained> batches = new ArrayDeque<>();

	RetainedBatches(ReadLimits limits, LongSupplier nanoTime) {
		this.limits = limits;
		this.nanoTime = nanoTime;
	}

	/**
	 * A batch that holds all sequences of a range, if it is here. Whether it was deleted
	 * meanwhile is asked every few milliseconds.
	 */
	@Nullable StoredBatch find(ProducerSequence.Key key, SequenceRange range, Predicate<StoredBatch> isKept) {
		Retained retained = find(key, range);
		if (retained == null) {
			return null;
		}
		long now = this.nanoTime.getAsLong();
		if (now - retained.checkedNanos > CHECKED_NANOS) {
			if (!isKept.test(retained.batch)) {
				return null;
			}
			retained.checkedNanos = now;
		}
		return retained.batch;
	}

	private synchronized @Nullable Retained find(ProducerSequence.Key key, SequenceRange range) {
		for (Retained retained : this.batches) {
			if (retained.key.equals(key) && retained.batch.holds(range)) {
				retained.usedNanos = this.nanoTime.getAsLong();
				return retained;
			}
		}
		return null;
	}

	synchronized void keep(ProducerSequence.Key key, StoredBatch batch) {
		if (this.batches.size() >= MOST) {
			this.batches.removeLast().memory.close();
		}
		PageMemory memory = this.limits.memory();
		if (memory.tryReserve(batch.bytes())) {
			this.batches.addFirst(new Retained(key, batch, memory, this.nanoTime.getAsLong()));
		}
		else {
			memory.close();
		}
	}

	/** Lets go of batches that were not asked for lately. */
	synchronized void sweep() {
		long now = this.nanoTime.getAsLong();
		for (Iterator<Retained> all = this.batches.iterator(); all.hasNext();) {
			Retained retained = all.next();
			if (now - retained.usedNanos > IDLE_NANOS) {
				all.remove();
				retained.memory.close();
			}
		}
	}

	/** One batch, and the time of its last use. */
	private static final class Retained {

		private final ProducerSequence.Key key;

		private final StoredBatch batch;

		private final PageMemory memory;

		private long usedNanos;

		private volatile long checkedNanos;

		private Retained(ProducerSequence.Key key, StoredBatch batch, PageMemory memory, long usedNanos) {
			this.key = key;
			this.batch = batch;
			this.memory = memory;
			this.usedNanos = usedNanos;
			this.checkedNanos = usedNanos;
		}

	}

}
