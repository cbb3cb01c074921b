package org.exactlyonce.gateway.log;

import java.util.List;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Compares a retry that was batched otherwise with the committed batches that hold its
 * sequences, record by record. They never change, so this needs no lock and no turn of a
 * lane. A batch that was read for one request serves those that follow.
 */
@Component
class BatchComparer {

	/** A payload in the driver, in the batch, and for the next who asks. */
	private static final int COPIES = 3;

	private final SessionFactory sessions;

	private final ReadLimits limits;

	private final RetainedBatches retained;

	private final long maxChunkBytes;

	BatchComparer(SessionFactory sessions, ReadLimits limits, LogProperties properties) {
		this.sessions = sessions;
		this.limits = limits;
		this.retained = new RetainedBatches(limits);
		this.maxChunkBytes = properties.maxPageBytes().toBytes();
	}

	/**
	 * Compares one request.
	 * @param request a request whose sequences are all committed
	 * @param repeated what is known of it
	 * @return stored, with the original offsets, or reused
	 * @throws org.exactlyonce.gateway.problem.ProblemException 429 if there is no memory
	 * in time
	 */
	AppendOutcome compare(AppendRequest request, Judgement.Repeated repeated) {
		SequenceRange range = repeated.identity().range();
		ProducerSequence.Key key = request.key(repeated.identity());
		StoredBatch known = this.retained.find(key, range);
		Comparison comparison = new Comparison(request, repeated);
		if (known != null) {
			comparison.add(known);
			return comparison.outcome();
		}
		try (PageMemory memory = this.limits.memory()) {
			while (!walk(key, comparison, memory)) {
				memory.await(); // without a connection
			}
		}
		return comparison.outcome();
	}

	/** Lets go what nobody has asked for lately. */
	void sweep() {
		this.retained.sweep();
	}

	/**
	 * Walks on through the batches; false if there is no memory for the next ones now.
	 */
	private boolean walk(ProducerSequence.Key key, Comparison comparison, PageMemory memory) {
		SequenceRange range = comparison.range;
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			BatchQueries batches = new BatchQueries(session, key.partition());
			long floor = batches.floor(key.producerId(), comparison.next).orElseThrow(comparison::hole);
			for (List<BatchQueries.Size> chunk : BatchQueries
				.chunks(batches.sizes(key.producerId(), floor, range.last()), this.maxChunkBytes)) {
				if (!memory.tryReserve(COPIES * chunk.stream().mapToLong(BatchQueries.Size::bytes).sum())) {
					return false;
				}
				StoredBatch last = null;
				for (RecordBatch batch : batches.load(key.producerId(), chunk.get(0).base(),
						chunk.get(chunk.size() - 1).base())) {
					last = new StoredBatch(batch);
					if (!comparison.add(last)) {
						break;
					}
				}
				if (last != null) {
					this.retained.keep(key, last);
				}
				if (comparison.isDone()) {
					return true;
				}
			}
		}
		throw comparison.hole();
	}

	/** How far one request is compared. */
	private static final class Comparison {

		private final AppendRequest request;

		private final Judgement.Repeated repeated;

		private final SequenceRange range;

		private final RecordDecoder sent;

		private long next;

		private @Nullable StoredBatch first;

		private long lastOffset;

		private boolean differs;

		private Comparison(AppendRequest request, Judgement.Repeated repeated) {
			this.request = request;
			this.repeated = repeated;
			this.range = repeated.identity().range();
			this.sent = new RecordDecoder(request.batch().payload());
			this.next = this.range.base();
		}

		/** Compares with one more batch; false if there is a difference. */
		private boolean add(StoredBatch batch) {
			if (!batch.holds(this.next)) {
				throw hole();
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

		private boolean isDone() {
			return this.differs || this.next > this.range.last();
		}

		private AppendOutcome outcome() {
			if (this.differs) {
				return new AppendOutcome.Reused(this.next);
			}
			if (this.first == null) {
				throw hole();
			}
			return new AppendOutcome.Stored(
					Receipt.duplicate(this.request.partition(), this.repeated, this.first.producerEpoch(),
							this.first.offset(this.range.base()), this.lastOffset, this.first.appendedAt()));
		}

		private IllegalStateException hole() {
			return new IllegalStateException("Sequence " + this.next + " of " + this.request.identity()
					+ " in partition " + this.request.partition() + " is committed, but no batch holds it");
		}

	}

}
