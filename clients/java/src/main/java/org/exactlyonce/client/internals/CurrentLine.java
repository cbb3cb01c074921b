package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

import org.exactlyonce.client.GatewayException;

/**
 * The records of this process in a partition, from {@code send} to their outcome, as a
 * {@link FormerLine} has those of former ones. Begins to freeze when there are none of
 * those any more.
 */
final class CurrentLine {

	private final Accumulator unsent;

	private final Pipeline pipeline;

	private final Settlement settlement;

	private final MissingPlace missing;

	CurrentLine(Place place, WriterLimits limits, DoubleSupplier jitter) {
		this.unsent = new Accumulator(limits);
		this.pipeline = new Pipeline(limits, jitter);
		this.settlement = new Settlement(place, limits, this.unsent, this.pipeline);
		this.missing = new MissingPlace(place, limits, this.pipeline, this.settlement);
	}

	void beginAt(long nextSequence) {
		this.pipeline.beginAt(nextSequence, nextSequence);
	}

	void add(PendingRecord pending) {
		this.unsent.add(pending);
		this.settlement.failIfLost();
	}

	/**
	 * Freezes what is ready to be sent.
	 * @param now the time
	 * @param hurry whether not to wait for {@code linger}
	 * @return the new batches
	 */
	List<Batch> freeze(long now, boolean hurry) {
		List<Batch> frozen = new ArrayList<>();
		while (canFreeze() && now >= this.pipeline.pausedUntil() && (hurry || now >= this.unsent.readyAt())) {
			frozen.add(this.pipeline.freeze(this.unsent.cut()));
		}
		return frozen;
	}

	private boolean canFreeze() {
		return !waits() && !this.unsent.isEmpty() && this.pipeline.hasRoom();
	}

	Attempt send(long now) {
		return waits() ? null : this.pipeline.send(now);
	}

	/**
	 * Takes an answer.
	 * @param attempt the send
	 * @param answer what the gateway answered
	 * @param epoch the newest epoch that this producer was given
	 * @param now the time
	 * @return what it meant; null if it no longer counts
	 */
	Decision answered(Attempt attempt, Answer answer, long epoch, long now) {
		Decision decision = this.pipeline.answered(attempt, answer, epoch, now);
		if (decision != null && decision.kind() == Decision.Kind.REFUSED && answer.isMissing()) {
			this.missing.refused(attempt.batch(), decision.failure(), now);
		}
		else if (decision != null && decision.kind() == Decision.Kind.REFUSED) {
			this.settlement.refused(attempt.batch(), decision.failure(), now);
		}
		else if (decision != null && decision.kind() == Decision.Kind.END) {
			this.settlement.mismatch(attempt.batch(), decision.failure(), now);
		}
		else if (decision != null && decision.kind() == Decision.Kind.LOST) {
			this.settlement.mismatch(attempt.batch(), decision.failure(), now);
			this.settlement.lose(decision.failure());
		}
		return decision;
	}

	void notAnswered(Attempt attempt, Exception failure, boolean inDoubt, long now) {
		this.pipeline.notAnswered(attempt, failure, inDoubt, now);
	}

	/**
	 * Learns that a send came to no gateway, and none will take it.
	 * @param attempt the send
	 * @param failure why
	 * @param now the time
	 */
	void refused(Attempt attempt, GatewayException failure, long now) {
		if (attempt.isCurrent()) {
			attempt.batch().state = Batch.State.READY;
			this.settlement.refused(attempt.batch(), failure, now);
		}
	}

	void expire(long now) {
		this.settlement.expire(now, this.pipeline.trouble());
	}

	/**
	 * Learns that the gateway refused a fence.
	 * @param failure why
	 */
	void trouble(GatewayException failure) {
		this.pipeline.trouble(failure);
	}

	/**
	 * Takes no more, as the log is not what it was.
	 * @param failure why
	 */
	void lose(GatewayException failure) {
		this.settlement.lose(failure);
	}

	/**
	 * Fails what is in no batch yet.
	 * @param failure why
	 */
	void failUnsent(GatewayException failure) {
		this.settlement.failUnsent(failure);
	}

	/**
	 * Takes no more: what is not frozen fails, the rest is settled by a fence.
	 * @param failure why
	 * @param now the time
	 */
	void end(GatewayException failure, long now) {
		this.settlement.end(failure, now);
	}

	/**
	 * Fails all that is not known to be stored, at once.
	 * @param failure why
	 */
	void fail(GatewayException failure) {
		this.settlement.fail(failure);
		this.missing.settled();
	}

	/**
	 * What a fence leaves that will never be stored.
	 * @param nextSequence the gateway's next sequence
	 * @return the records; null if there are none
	 */
	Removal removal(long nextSequence) {
		return this.settlement.removal(nextSequence);
	}

	/**
	 * Settles what was sent before a fence.
	 * @param nextSequence the gateway's next sequence
	 * @param now the time
	 */
	void fenced(long nextSequence, long now) {
		this.settlement.fenced(nextSequence, now);
		this.missing.settled();
	}

	/**
	 * Takes the batches that have their outcome, as far as it is their turn.
	 * @return the batches
	 */
	List<Batch> release() {
		return this.pipeline.line().release();
	}

	/**
	 * When there is something to do next, if nothing is answered.
	 * @param hurry whether not to wait for {@code linger}
	 * @param maySend whether anything of it may be sent now
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long wakeAt(boolean hurry, boolean maySend) {
		long wake = this.settlement.wakeAt();
		if (maySend && canFreeze()) {
			wake = Math.min(wake, Math.max(this.pipeline.pausedUntil(), hurry ? 0 : this.unsent.readyAt()));
		}
		return (maySend && !waits()) ? Math.min(wake, this.pipeline.wakeAt()) : wake;
	}

	/** All below it is known to be stored. */
	long acknowledged() {
		return Math.min(this.pipeline.acknowledged(), this.pipeline.line().committedFrom());
	}

	MissingPlace missing() {
		return this.missing;
	}

	/** Whether it sends nothing for now. */
	boolean waits() {
		return isStopped() || this.missing.isSet();
	}

	/** Whether it waits for a fence. */
	boolean isStopped() {
		return this.settlement.isStopped();
	}

	/** Whether nobody can tell what became of batches, so that nothing more is taken. */
	boolean isUnknown() {
		return this.settlement.isUnknown();
	}

	/** Whether every record has its outcome. */
	boolean isDone() {
		return this.unsent.isEmpty() && this.pipeline.line().isEmpty();
	}

}
