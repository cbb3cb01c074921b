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

	/** The sequence of the next record that is frozen. */
	private long next;

	/** All below it is known to be stored. */
	private long acknowledged;

	/** Until when the gateway asked for a pause. */
	private long pausedUntil;

	private Stop stop;

	private boolean unknown;

	/** Why the last request failed that is sent again. */
	private Exception trouble;

	PartitionWriter(int partition, WriterLimits limits, DoubleSupplier jitter) {
		this.partition = partition;
		this.limits = limits;
		this.jitter = jitter;
		this.unsent = new Accumulator(limits);
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
		return this.stop == null && !this.unsent.isEmpty() && this.line.open() < this.limits.maxInFlight();
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
		if (this.stop != null || now < this.pausedUntil || this.line.inFlight() >= this.limits.maxInFlight()) {
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
			stop(new Stop(batch, failure, now));
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
			stop(new Stop(null, failure, now));
		}
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

	/**
	 * Fails or stops what is over its time.
	 * @param now the time
	 */
	void expire(long now) {
		if (this.stop != null) {
			if (!this.unknown && now - this.stop.since() >= this.limits.deliveryTimeout()) {
				giveUp(Outcomes.noAnswer(this.trouble));
			}
		}
		else {
			for (Batch batch : this.line.expired(now)) {
				if (this.limits.sequenced() && !batch.committed) {
					stop(new Stop(null, Outcomes.timeout(this.trouble), now));
				}
				else {
					batch.fail(Outcomes.of(batch, Outcomes.timeout(this.trouble)));
				}
			}
		}
		if (!this.line.hasFresh()) {
			failUnsent(Outcomes.timeout(this.trouble), now - this.limits.deliveryTimeout());
		}
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
	 * Gives up to find out what became of the batches that may be stored.
	 * @param cause why
	 */
	void giveUp(GatewayException cause) {
		this.unknown = true;
		this.line.giveUp(this.stop, cause);
	}

	/**
	 * Learns what was stored before the producer's new epoch: nothing else of what was
	 * sent before can be stored any more.
	 * @param nextSequence the gateway's next sequence
	 * @param now the time
	 * @return why the producer ends, if the log is not what it was; else null
	 */
	LogMismatchException fenced(long nextSequence, long now) {
		LogMismatchException mismatch = this.line.mismatch(this.acknowledged, nextSequence, this.next);
		if (mismatch != null) {
			this.stop = new Stop(null, mismatch, now);
		}
		List<Batch> back = new ArrayList<>();
		this.next = this.line.settle(this.stop, nextSequence, now + this.limits.deliveryTimeout(), back);
		for (int i = back.size() - 1; i >= 0; i--) {
			this.unsent.putBack(back.get(i), back.get(i) == this.stop.batch());
		}
		this.acknowledged = nextSequence;
		this.stop = null;
		this.unknown = false;
		return mismatch;
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
		long wake = this.line.nextDeadline();
		if (this.stop != null) {
			return Math.min(this.unknown ? Long.MAX_VALUE : this.stop.since() + this.limits.deliveryTimeout(),
					unsentDeadline());
		}
		if (maySend && canFreeze()) {
			wake = Math.min(wake, Math.max(this.pausedUntil, hurry ? 0 : this.unsent.readyAt()));
		}
		if (maySend && this.line.inFlight() < this.limits.maxInFlight()) {
			wake = Math.min(wake, Math.max(this.pausedUntil, this.line.nextReady()));
		}
		return Math.min(wake, unsentDeadline());
	}

	private long unsentDeadline() {
		return this.line.hasFresh() ? Long.MAX_VALUE : this.unsent.deadline();
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
		return this.stop != null;
	}

	/** Whether nobody can tell what became of batches, so that nothing more is taken. */
	boolean isUnknown() {
		return this.unknown;
	}

	/** Whether there is no record of this process without an outcome. */
	boolean isDone() {
		return this.unsent.isEmpty() && !this.line.hasFresh();
	}

	/** Whether there is nothing left to do. */
	boolean isIdle() {
		return isDone() && this.line.isEmpty() && this.stop == null;
	}

}
