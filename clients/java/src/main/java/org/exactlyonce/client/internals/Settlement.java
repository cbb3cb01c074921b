package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * How the records of a partition come to an end that is not their being stored: a stop, a
 * fence, and what is told then.
 */
final class Settlement {

	private final int partition;

	private final WriterLimits limits;

	private final Accumulator unsent;

	private final BatchLine line;

	private Stop stop;

	private boolean unknown;

	Settlement(int partition, WriterLimits limits, Accumulator unsent, BatchLine line) {
		this.partition = partition;
		this.limits = limits;
		this.unsent = unsent;
		this.line = line;
	}

	/**
	 * Stops the partition: it sends nothing until the producer has fenced its own past.
	 * @param reason why
	 */
	void stop(Stop reason) {
		if (this.stop == null || (reason.failsAll() && !this.stop.failsAll())) {
			this.stop = reason;
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
			giveUp(Outcomes.noAnswer(trouble));
		}
		if (!this.line.hasFresh()) {
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
		return Math.min(frozen, this.line.hasFresh() ? Long.MAX_VALUE : this.unsent.deadline());
	}

	/**
	 * Gives up to find out what became of the batches that may be stored.
	 * @param cause why
	 */
	void giveUp(GatewayException cause) {
		this.unknown = true;
		this.line.giveUp(this.stop, cause);
	}

	/**
	 * Settles what was sent before a fence.
	 * @param acknowledged below it all was stored
	 * @param nextSequence the gateway's next sequence
	 * @param next the sequence of the next record
	 * @param now the time
	 * @return the result
	 */
	Result fenced(long acknowledged, long nextSequence, long next, long now) {
		LogMismatchException mismatch = this.line.mismatch(acknowledged, nextSequence, next);
		if (mismatch != null) {
			this.stop = new Stop(null, mismatch, now);
		}
		List<Batch> back = new ArrayList<>();
		long goesOnAt = this.line.settle(this.stop, nextSequence, now + this.limits.deliveryTimeout(), back);
		for (int i = back.size() - 1; i >= 0; i--) {
			this.unsent.putBack(back.get(i), back.get(i) == this.stop.batch());
		}
		this.stop = null;
		this.unknown = false;
		return new Result(goesOnAt, mismatch);
	}

	/**
	 * Takes no more: what is not frozen fails, the rest is settled by a fence.
	 * @param failure why
	 * @param now the time
	 */
	void end(GatewayException failure, long now) {
		if (this.limits.sequenced() && this.line.hasFreshOpen()) {
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

	private void failUnsent(GatewayException failure, long sentUpTo) {
		List<PendingRecord> over = this.unsent.sentUpTo(sentUpTo);
		if (!over.isEmpty()) {
			Batch batch = new Batch(this.partition, Batch.NONE, over, 0);
			batch.fail(failure);
			this.line.add(batch);
		}
	}

	/**
	 * What came of a fence.
	 *
	 * @param next the sequence of the next record
	 * @param mismatch why the producer ends, if the log is not what it was; else null
	 */
	record Result(long next, LogMismatchException mismatch) {

	}

}
