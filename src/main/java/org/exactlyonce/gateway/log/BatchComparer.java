package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.OptionalLong;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.RecordDecoder;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Compares records with the committed batches that hold their sequences, one by one,
 * however they were batched. Batches never change, so this needs no lock and no turn of a
 * lane. A batch that was read for one request serves those that follow.
 */
@Component
public class BatchComparer {

	/** A payload in the driver, in the batch, and for the next request. */
	private static final int COPIES = 3;

	private final Transactions transactions;

	private final ReadLimits limits;

	private final RetainedBatches retained;

	private final long maxChunkBytes;

	BatchComparer(Transactions transactions, ReadLimits limits) {
		this.transactions = transactions;
		this.limits = limits;
		this.retained = new RetainedBatches(limits, System::nanoTime);
		this.maxChunkBytes = limits.maxPageBytes();
	}

	/**
	 * Compares the records of one request.
	 * @param key the producer in the partition
	 * @param range their sequences, all of them committed
	 * @param sent the records
	 * @return whether they are the same, and where the committed ones are
	 * @throws org.exactlyonce.gateway.problem.ProblemException 429 if there is no memory
	 * in time
	 */
	public Comparison compare(ProducerSequence.Key key, SequenceRange range, EncodedBatch sent) {
		StoredBatch known = this.retained.find(key, range, (batch) -> isKept(key, batch));
		Walk walk = new Walk(key, range, sent);
		if (known != null) {
			walk.add(known);
			return walk.result();
		}
		try (PageMemory memory = this.limits.memory()) {
			while (!this.transactions.inRoundTrips((statements) -> walk(statements, walk, memory))) {
				memory.await(); // without a connection
			}
		}
		return walk.result();
	}

	/** It may have been deleted since it was read. */
	private boolean isKept(ProducerSequence.Key key, StoredBatch batch) {
		return this.transactions
			.inRoundTrips((statements) -> new PageQuery(statements, key.partition()).bounds().start()) <= batch
				.offset(batch.lastSequence());
	}

	/** Lets go of batches that were not asked for lately. */
	public void sweep() {
		this.retained.sweep();
	}

	/**
	 * Walks on through the batches; false if there is no memory for the next ones now.
	 */
	private boolean walk(RoundTrip statements, Walk walk, PageMemory memory) {
		SequenceIndex batches = new SequenceIndex(statements, walk.key);
		OptionalLong floor = batches.floor(walk.next);
		if (floor.isEmpty()) {
			return walk.deleted(statements);
		}
		for (List<BatchSize> chunk : BatchSize.chunks(batches.sizes(floor.getAsLong(), walk.range.last()),
				this.maxChunkBytes)) {
			if (!memory.tryReserve(COPIES * chunk.stream().mapToLong(BatchSize::bytes).sum())) {
				return false;
			}
			StoredBatch last = null;
			for (RecordBatch batch : batches.load(chunk.get(0).base(), chunk.get(chunk.size() - 1).base())) {
				last = new StoredBatch(batch);
				if (!walk.add(last)) {
					break;
				}
			}
			if (last != null) {
				this.retained.keep(walk.key, last);
			}
			if (walk.isDone()) {
				walk.checkStart(statements);
				return true;
			}
		}
		return walk.deleted(statements);
	}

	/** The progress of one comparison. */
	private static final class Walk {

		private final ProducerSequence.Key key;

		private final SequenceRange range;

		private final RecordDecoder sent;

		private long next;

		private @Nullable StoredBatch first;

		private long lastOffset;

		private boolean differs;

		private boolean deleted;

		private Walk(ProducerSequence.Key key, SequenceRange range, EncodedBatch sent) {
			this.key = key;
			this.range = range;
			this.sent = new RecordDecoder(sent.payload());
			this.next = range.base();
		}

		/** Compares with one more batch; false if there is a difference. */
		private boolean add(StoredBatch batch) {
			if (!batch.holds(this.next)) {
				return false; // it was deleted since it was found
			}
			if (this.first == null) {
				this.first = batch;
			}
			long last = Math.min(this.range.last(), batch.lastSequence());
			long compared = batch.compare(this.next, last, this.sent);
			this.differs = compared <= last;
			this.next = compared;
			this.lastOffset = batch.offset(last);
			return !this.differs;
		}

		/**
		 * What was compared may be deleted, too: its rows go after the start is raised.
		 */
		private void checkStart(RoundTrip statements) {
			this.deleted = this.first != null && this.first.offset(this.range.base()) < start(statements);
		}

		private long start(RoundTrip statements) {
			return new PageQuery(statements, this.key.partition()).bounds().start();
		}

		/**
		 * What is not there may be deleted, if it is at the start. Then what was compared
		 * before is deleted, too.
		 */
		private boolean deleted(RoundTrip statements) {
			this.deleted = start(statements) > this.lastOffset
					&& new SequenceIndex(statements, this.key).floor(this.next).isEmpty();
			if (!this.deleted) {
				throw hole();
			}
			return true;
		}

		private boolean isDone() {
			return this.differs || this.next > this.range.last();
		}

		private Comparison result() {
			if (this.deleted) {
				return new Comparison.Deleted();
			}
			if (this.differs) {
				return new Comparison.Different(this.next);
			}
			if (this.first == null) {
				throw hole();
			}
			return new Comparison.Same(this.first.producerEpoch(), this.first.offset(this.range.base()),
					this.lastOffset, this.first.appendedAt());
		}

		private IllegalStateException hole() {
			return new IllegalStateException("Sequence " + this.next + " of " + this.key + ", of " + this.range
					+ ", is committed, but no batch holds it");
		}

	}

}
