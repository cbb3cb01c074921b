package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * The records of one partition, from {@code send} to their outcome: batches and numbers
 * them, decides by the answers what comes next, and gives outcomes out in the order sent.
 * <p>
 * A state machine without a clock and without a network. One thread at a time; times are
 * nanoseconds of any clock that begins at 0.
 */
final class PartitionWriter {

	private final int partition;

	private final WriterLimits limits;

	private final DoubleSupplier jitter;

	private final Accumulator unsent;

	private final BatchLine line = new BatchLine();

	private final Settlement settlement;

	/** The sequence of the next record that is frozen. */
	private long next;

	/** All below it is known to be stored. */
	private long acknowledged;

	/** Until when the gateway asked for a pause. */
	private long pausedUntil;

	/** Why the last request failed that is sent again. */
	private Exception trouble;

	PartitionWriter(int partition, WriterLimits limits, DoubleSupplier jitter) {
		this.partition = partition;
		this.limits = limits;
		this.jitter = jitter;
		this.unsent = new Accumulator(limits);
		this.settlement = new Settlement(partition, limits, this.unsent, this.line);
	}

	/**
	 * Begins where the gateway says.
	 * @param nextSequence the sequence to go on at
	 * @param restored frozen batches of a former process, beginning at that sequence
	 */
	void begin(long nextSequence, List<Batch> restored) {
		this.acknowledged = nextSequence;
		this.next = nextSequence;
		for (Batch batch : restored) {
			this.line.add(batch);
			this.next = batch.end();
		}
	}

	void add(PendingRecord pending) {
		this.unsent.add(pending);
	}

	/**
	 * Freezes what is ready to be sent.
	 * @param now the time
	 * @param hurry whether not to wait for {@code linger}
	 * @return the new batches
	 */
	List<Batch> freeze(long now, boolean hurry) {
		List<Batch> frozen = new ArrayList<>();
		while (canFreeze() && now >= this.pausedUntil && (hurry || now >= this.unsent.readyAt())) {
			Batch batch = cut();
			this.line.add(batch);
			frozen.add(batch);
		}
		return frozen;
	}

	private boolean canFreeze() {
		return !isStopped() && !this.unsent.isEmpty() && this.line.open() < this.limits.maxInFlight();
	}

	private Batch cut() {
		List<PendingRecord> records = this.unsent.cut();
		long base = this.limits.sequenced() ? this.next : Batch.NONE;
		this.next += records.size();
		long deadline = records.get(0).sentAt + this.limits.deliveryTimeout();
		return new Batch(this.partition, base, records, deadline);
	}

	/**
	 * Takes the next batch that is to be sent now.
	 * @param now the time
	 * @return the send, or null if there is none
	 */
	Attempt send(long now) {
		if (isStopped() || now < this.pausedUntil || this.line.inFlight() >= this.limits.maxInFlight()) {
			return null;
		}
		Batch batch = this.line.firstReady(now);
		if (batch == null) {
			return null;
		}
		batch.state = Batch.State.IN_FLIGHT;
		batch.attempts++;
		return new Attempt(batch, batch.attempts, this.acknowledged);
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
		pause(answer.retryAfter(), now);
		if (!attempt.isCurrent()) {
			return null;
		}
		Batch batch = attempt.batch();
		batch.state = Batch.State.READY;
		batch.inDoubt |= !answer.isDefinite();
		Decision decision = Decision.of(answer, attempt, epoch);
		switch (decision.kind()) {
			case STORED -> stored(batch, answer, now);
			case EARLY -> early(batch, now);
			case SPLIT -> this.line.replace(batch, batch.split());
			case AGAIN -> again(batch, new GatewayException(answer.message(), answer.problem(), null), now);
			case ISOLATE, REFUSED -> refused(batch, decision.failure(), now);
			case MISMATCH -> mismatch(batch, decision.failure(), now);
			case FENCED -> {
				// The producer ends: see fail().
			}
		}
		return decision;
	}

	/**
	 * Learns that a send was not answered, or not by what can decide.
	 * @param attempt the send
	 * @param failure why
	 * @param inDoubt whether it may be stored all the same
	 * @param now the time
	 */
	void notAnswered(Attempt attempt, Exception failure, boolean inDoubt, long now) {
		if (attempt.isCurrent()) {
			Batch batch = attempt.batch();
			batch.state = Batch.State.READY;
			batch.inDoubt |= inDoubt;
			again(batch, failure, now);
		}
	}

	private void pause(Duration retryAfter, long now) {
		if (!retryAfter.isZero()) {
			this.pausedUntil = Math.max(this.pausedUntil, now + retryAfter.toNanos());
		}
	}

	private void stored(Batch batch, Answer answer, long now) {
		batch.state = Batch.State.STORED;
		batch.answer = answer;
		this.acknowledged = Math.max(this.acknowledged, batch.end());
		this.line.wakeEarly(now);
	}

	private void again(Batch batch, Exception failure, long now) {
		this.trouble = failure;
		batch.retries++;
		batch.notBefore = now + this.limits.backoff(batch.retries, this.jitter.getAsDouble());
		if (this.limits.delivery() == Delivery.AT_MOST_ONCE) {
			batch.fail(Outcomes.of(batch, Outcomes.notSentAgain(failure)));
		}
	}

	private void early(Batch batch, long now) {
		batch.early = true;
		batch.notBefore = now + this.limits.backoff(1, this.jitter.getAsDouble());
	}

	private void refused(Batch batch, GatewayException failure, long now) {
		if (batch.committed) {
			again(batch, failure, now);
		}
		else if (this.limits.sequenced()) {
			this.settlement.stop(new Stop(batch, failure, now));
		}
		else if (failure == null) {
			this.line.remove(batch);
			this.unsent.putBack(batch, true);
		}
		else {
			batch.fail(Outcomes.of(batch, failure));
		}
	}

	private void mismatch(Batch batch, GatewayException failure, long now) {
		if (batch.committed) {
			batch.fail(failure);
		}
		else {
			this.settlement.stop(new Stop(null, failure, now));
		}
	}

	void expire(long now) {
		this.settlement.expire(now, this.trouble);
	}

	void giveUp(GatewayException cause) {
		this.settlement.giveUp(cause);
	}

	void end(GatewayException failure, long now) {
		this.settlement.end(failure, now);
	}

	void fail(GatewayException failure) {
		this.settlement.fail(failure);
	}

	/**
	 * Learns what was stored before the producer's new epoch: nothing else of what was
	 * sent before can be stored any more.
	 * @param nextSequence the gateway's next sequence
	 * @param now the time
	 * @return why the producer ends, if the log is not what it was; else null
	 */
	LogMismatchException fenced(long nextSequence, long now) {
		Settlement.Result result = this.settlement.fenced(this.acknowledged, nextSequence, this.next, now);
		this.next = result.next();
		this.acknowledged = nextSequence;
		return result.mismatch();
	}

	/**
	 * Takes the batches whose records have their outcome, as far as it is their turn.
	 * @return the batches, {@code STORED} or {@code FAILED}
	 */
	List<Batch> release() {
		return this.line.release();
	}

	/**
	 * When there is something to do next, if nothing is answered.
	 * @param hurry whether not to wait for {@code linger}
	 * @param maySend whether the producer sends at all now
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long wakeAt(boolean hurry, boolean maySend) {
		long wake = this.settlement.wakeAt();
		if (maySend && canFreeze()) {
			wake = Math.min(wake, Math.max(this.pausedUntil, hurry ? 0 : this.unsent.readyAt()));
		}
		if (maySend && !isStopped() && this.line.inFlight() < this.limits.maxInFlight()) {
			wake = Math.min(wake, Math.max(this.pausedUntil, this.line.nextReady()));
		}
		return wake;
	}

	/** The sequence of the next record that is frozen: none above it is. */
	long next() {
		return this.next;
	}

	/** All below it is known to be stored. */
	long acknowledged() {
		return this.acknowledged;
	}

	int partition() {
		return this.partition;
	}

	boolean isStopped() {
		return this.settlement.isStopped();
	}

	/** Whether nobody can tell what became of batches, so that nothing more is taken. */
	boolean isUnknown() {
		return this.settlement.isUnknown();
	}

	/** Whether there is no record of this process without an outcome. */
	boolean isDone() {
		return this.unsent.isEmpty() && !this.line.hasFresh();
	}

	/** Whether there is nothing left to do. */
	boolean isIdle() {
		return isDone() && this.line.isEmpty() && !isStopped();
	}

}
