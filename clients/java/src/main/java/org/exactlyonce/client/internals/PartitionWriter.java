package org.exactlyonce.client.internals;

import java.util.List;
import java.util.function.DoubleSupplier;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * The records of one partition, from {@code send} to their outcome: batches and numbers
 * them, decides by the answers what comes next, and gives outcomes out in the order sent.
 * What a former process left is stored first, what this one sends then.
 * <p>
 * A state machine without a clock and without a network. One thread at a time; times are
 * nanoseconds of any clock that begins at 0.
 */
final class PartitionWriter {

	private final Place place;

	private final FormerLine former;

	private final CurrentLine current;

	PartitionWriter(Place place, WriterLimits limits, DoubleSupplier jitter) {
		this.place = place;
		this.former = new FormerLine(new Pipeline(limits, jitter));
		this.current = new CurrentLine(place, limits, jitter);
	}

	/**
	 * Begins where the gateway says.
	 * @param nextSequence the sequence to go on at
	 * @param left batches of a former process, beginning at that sequence or below it
	 */
	void begin(long nextSequence, List<FormerBatch> left) {
		this.former.begin(nextSequence, left);
		this.current.beginAt(nextSequence);
	}

	void add(PendingRecord pending) {
		this.current.add(pending);
	}

	/**
	 * Freezes what is ready to be sent.
	 * @param now the time
	 * @param hurry whether not to wait for {@code linger}
	 * @return the new batches
	 */
	List<Batch> freeze(long now, boolean hurry) {
		return this.former.isEmpty() ? this.current.freeze(now, hurry) : List.of();
	}

	/**
	 * Takes the next batch that is to be sent now.
	 * @param now the time
	 * @return the send, or null if there is none
	 */
	Attempt send(long now) {
		return this.former.isEmpty() ? this.current.send(now) : this.former.send(now);
	}

	/**
	 * Takes an answer.
	 * @param attempt the send
	 * @param answer what the gateway answered
	 * @param epoch the newest epoch that this producer was given; {@code Long.MAX_VALUE}
	 * while it raises its epoch itself
	 * @param now the time
	 * @return what it meant; null if it no longer counts
	 */
	Decision answered(Attempt attempt, Answer answer, long epoch, long now) {
		return attempt.batch().isRestored() ? formerAnswered(attempt, answer, epoch, now)
				: this.current.answered(attempt, answer, epoch, now);
	}

	private Decision formerAnswered(Attempt attempt, Answer answer, long epoch, long now) {
		Decision decision = this.former.answered(attempt, answer, epoch, now);
		if (decision != null && decision.kind() == Decision.Kind.LOST) {
			lose(decision.failure());
		}
		else if (this.former.isParked() && answer.isMissing()) {
			this.current.failUnsent(answer.refusal());
		}
		return decision;
	}

	/**
	 * Takes no more, as the log is not what it was. What a former process left, and is
	 * not stored, stays on disk.
	 * @param failure why
	 */
	void lose(GatewayException failure) {
		this.former.end();
		this.current.lose(failure);
	}

	/** What a former process left, and nobody will store: it is to be kept. */
	List<FormerBatch> lost() {
		return this.former.lost();
	}

	/**
	 * Learns that a send was not answered, or not by what can decide.
	 * @param attempt the send
	 * @param failure why
	 * @param inDoubt whether it may be stored all the same
	 * @param now the time
	 */
	void notAnswered(Attempt attempt, Exception failure, boolean inDoubt, long now) {
		if (attempt.batch().isRestored()) {
			this.former.notAnswered(attempt, failure, inDoubt, now);
		}
		else {
			this.current.notAnswered(attempt, failure, inDoubt, now);
		}
	}

	/**
	 * Learns that a send came to no gateway, and none will take it. Only for a producer
	 * without an identity, since another one has had an answer.
	 * @param attempt the send
	 * @param failure why
	 * @param now the time
	 */
	void refused(Attempt attempt, GatewayException failure, long now) {
		this.current.refused(attempt, failure, now);
	}

	void expire(long now) {
		this.current.expire(now);
	}

	/** Learns that the gateway refused a fence. */
	void trouble(GatewayException failure) {
		this.current.trouble(failure);
	}

	/**
	 * Takes no more: what is not frozen fails, the rest is settled by a fence. What a
	 * former process left stays on disk.
	 * @param failure why
	 * @param now the time
	 */
	void end(GatewayException failure, long now) {
		this.former.end();
		this.current.end(failure, now);
	}

	/** Fails all that is not known to be stored, at once. */
	void fail(GatewayException failure) {
		this.current.fail(failure);
	}

	/**
	 * What will never be stored, as {@link #fenced} is about to tell: it is to be removed
	 * from disk before.
	 * @param nextSequence the gateway's next sequence
	 * @return the records; null if there are none
	 */
	Removal removal(long nextSequence) {
		return this.former.isEmpty() ? this.current.removal(nextSequence) : this.former.removal(nextSequence);
	}

	/**
	 * Learns what was stored before the producer's new epoch: nothing else of what was
	 * sent before can be stored any more.
	 * @param nextSequence the gateway's next sequence
	 * @param now the time
	 */
	void fenced(long nextSequence, long now) {
		if (this.former.isEmpty()) {
			this.current.fenced(nextSequence, now);
			return;
		}
		LogMismatchException mismatch = this.former.fenced(nextSequence);
		if (mismatch != null) {
			lose(mismatch);
		}
	}

	/**
	 * Takes the batches whose records have their outcome, as far as it is their turn.
	 * @return the batches, {@code STORED} or {@code FAILED}
	 */
	List<Batch> release() {
		List<Batch> released = this.current.release();
		if (!this.former.isEmpty()) {
			released.addAll(this.former.release());
			if (this.former.isEmpty()) {
				this.current.beginAt(this.former.acknowledged());
			}
		}
		return released;
	}

	/**
	 * When there is something to do next, if nothing is answered.
	 * @param hurry whether not to wait for {@code linger}
	 * @param maySend whether the producer sends at all now
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long wakeAt(boolean hurry, boolean maySend) {
		boolean former = !this.former.isEmpty();
		long wake = this.current.wakeAt(hurry, maySend && !former);
		return (maySend && former) ? Math.min(wake, this.former.wakeAt()) : wake;
	}

	/** All below it is known to be stored. */
	long acknowledged() {
		return this.former.isEmpty() ? this.current.acknowledged() : this.former.acknowledged();
	}

	MissingPlace missing() {
		return this.current.missing();
	}

	Place place() {
		return this.place;
	}

	/** Whether it waits for a fence. */
	boolean isStopped() {
		return this.current.isStopped() || this.former.isStopped();
	}

	/** Whether nobody can tell what became of batches, so that nothing more is taken. */
	boolean isUnknown() {
		return this.current.isUnknown();
	}

	/** Whether there is no record of this process without an outcome. */
	boolean isDone() {
		return this.current.isDone();
	}

	/** Whether there is nothing left to do. */
	boolean isIdle() {
		return isDone() && (this.former.isEmpty() || this.former.hasEnded()) && !isStopped() && !this.current.waits();
	}

	/** Whether what is left waits for a topic that is to be made. */
	boolean isParked() {
		return isDone() && this.former.isParked();
	}

}
