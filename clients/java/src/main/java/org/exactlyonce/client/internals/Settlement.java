package org.exactlyonce.client.internals;

import java.util.List;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * How the records of a partition come to an end that is not their being stored: a stop, a
 * fence, and what is told then.
 */
final class Settlement {

	private final Place place;

	private final WriterLimits limits;

	private final Accumulator unsent;

	private final Pipeline pipeline;

	private final BatchLine line;

	private Stop stop;

	private boolean unknown;

	/** Why the partition takes no more; null if it does. */
	private GatewayException lost;

	Settlement(Place place, WriterLimits limits, Accumulator unsent, Pipeline pipeline) {
		this.place = place;
		this.limits = limits;
		this.unsent = unsent;
		this.pipeline = pipeline;
		this.line = pipeline.line();
	}

	void stop(Stop reason) {
		if (this.stop == null || (reason.failsAll() && !this.stop.failsAll())) {
			this.stop = reason;
		}
	}

	/**
	 * Learns that the gateway refused a batch for good.
	 * @param batch the batch
	 * @param failure why
	 * @param now the time
	 */
	void refused(Batch batch, GatewayException failure, long now) {
		if (batch.committed) {
			this.pipeline.again(batch, failure, now);
		}
		else if (this.limits.sequenced()) {
			stop(new Stop(batch, failure, now));
		}
		else {
			batch.fail(Outcomes.of(batch, failure));
		}
	}

	/**
	 * Learns that the log is not what it was.
	 * @param batch the batch that was answered so
	 * @param failure why
	 * @param now the time
	 */
	void mismatch(Batch batch, GatewayException failure, long now) {
		if (batch.committed) {
			batch.fail(failure);
		}
		else {
			stop(new Stop(null, failure, now));
		}
	}

	boolean isStopped() {
		return this.stop != null;
	}

	boolean isUnknown() {
		return this.unknown;
	}

	/**
	 * Fails or stops what is over its time.
	 * @param now the time
	 * @param trouble why requests failed; may be null
	 */
	void expire(long now, Exception trouble) {
		if (this.stop == null) {
			for (Batch batch : this.line.expired(now)) {
				if (this.limits.sequenced() && !batch.committed) {
					stop(new Stop(null, Outcomes.timeout(trouble), now));
				}
				else {
					batch.fail(Outcomes.of(batch, Outcomes.timeout(trouble)));
				}
			}
		}
		else if (now >= unknownAt()) {
			this.unknown = true;
			this.line.giveUp(this.stop, Outcomes.noAnswer(trouble));
		}
		if (this.line.isEmpty()) {
			failUnsent(Outcomes.timeout(trouble), now - this.limits.deliveryTimeout());
		}
	}

	/** When nobody will have told for too long what became of the batches. */
	private long unknownAt() {
		return (this.stop == null || this.unknown) ? Long.MAX_VALUE : this.stop.since() + this.limits.deliveryTimeout();
	}

	/**
	 * When {@link #expire} has something to do.
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long wakeAt() {
		long frozen = (this.stop == null) ? this.line.nextDeadline() : unknownAt();
		return Math.min(frozen, this.line.isEmpty() ? this.unsent.deadline() : Long.MAX_VALUE);
	}

	/**
	 * What a fence leaves that will never be stored.
	 * @param nextSequence the gateway's next sequence
	 * @return the records; null if there are none
	 */
	Removal removal(long nextSequence) {
		if (this.unknown || this.stop.failsAll() || this.pipeline.mismatch(nextSequence) != null) {
			return new Removal(this.place, nextSequence, Removal.ALL);
		}
		Batch refused = this.stop.batch();
		return (refused.end() > nextSequence) ? new Removal(this.place, refused.base, refused.end()) : null;
	}

	/**
	 * Settles what was sent before a fence.
	 * @param nextSequence the gateway's next sequence
	 * @param now the time
	 */
	void fenced(long nextSequence, long now) {
		LogMismatchException mismatch = this.pipeline.mismatch(nextSequence);
		this.pipeline.settle((mismatch != null) ? new Stop(null, mismatch, now) : this.stop, nextSequence, now);
		this.stop = null;
		this.unknown = false;
		if (mismatch != null) {
			lose(mismatch);
		}
	}

	/**
	 * Takes no more, as the log is not what it was.
	 * @param failure why
	 */
	void lose(GatewayException failure) {
		this.lost = (this.lost != null) ? this.lost : failure;
		failIfLost();
	}

	/** Fails what came since. */
	void failIfLost() {
		if (this.lost != null) {
			failUnsent(this.lost, Long.MAX_VALUE);
		}
	}

	/**
	 * Takes no more: what is not frozen fails, the rest is settled by a fence.
	 * @param failure why
	 * @param now the time
	 */
	void end(GatewayException failure, long now) {
		if (this.limits.sequenced() && this.line.hasOpen()) {
			stop(new Stop(null, failure, now));
			failUnsent(failure, Long.MAX_VALUE);
		}
		else {
			fail(failure);
		}
	}

	/**
	 * Fails all that is not known to be stored, at once.
	 * @param failure why
	 */
	void fail(GatewayException failure) {
		this.line.giveUp(new Stop(null, failure, 0), failure);
		failUnsent(failure, Long.MAX_VALUE);
		this.stop = null;
		this.unknown = false;
	}

	/**
	 * Fails what is in no batch yet.
	 * @param failure why
	 */
	void failUnsent(GatewayException failure) {
		failUnsent(failure, Long.MAX_VALUE);
	}

	private void failUnsent(GatewayException failure, long sentUpTo) {
		List<PendingRecord> over = this.unsent.sentUpTo(sentUpTo);
		if (!over.isEmpty()) {
			Batch batch = new Batch(this.place, Batch.NONE, over, 0);
			batch.fail(failure);
			this.line.add(batch);
		}
	}

}
