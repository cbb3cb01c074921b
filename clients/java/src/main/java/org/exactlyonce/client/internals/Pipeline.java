package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * Sends the frozen batches of a line, several at a time, and each again until it is
 * stored or refused.
 */
final class Pipeline {

	private final WriterLimits limits;

	private final DoubleSupplier jitter;

	private final BatchLine line = new BatchLine();

	/** All below it is known to be stored. */
	private long acknowledged;

	/** The sequence of the next record that is frozen. */
	private long next;

	/** Below it the log has records, which may be somebody else's. */
	private long taken;

	/** Until when the gateway asked for a pause. */
	private long pausedUntil;

	/** Why the last request failed that is sent again. */
	private Exception trouble;

	Pipeline(WriterLimits limits, DoubleSupplier jitter) {
		this.limits = limits;
		this.jitter = jitter;
	}

	BatchLine line() {
		return this.line;
	}

	/** All below it is known to be stored. */
	long acknowledged() {
		return this.acknowledged;
	}

	/**
	 * Begins where the gateway says, or below that with batches that may be stored.
	 * @param sequence all below it is known to be stored
	 * @param nextSequence the gateway's next sequence
	 */
	void beginAt(long sequence, long nextSequence) {
		this.acknowledged = sequence;
		this.next = nextSequence;
		this.taken = nextSequence;
	}

	/** Whether it is to be seen whose records the log has, by one batch at a time. */
	boolean isChecking() {
		return this.acknowledged < this.taken;
	}

	/** Where the log goes on behind what is stored. */
	long end() {
		return Math.max(this.acknowledged, this.taken);
	}

	private boolean isSequenced() {
		return this.limits.sequenced() && !isChecking();
	}

	/**
	 * Numbers records, and makes a batch of them.
	 * @param records the records
	 * @return the batch
	 */
	Batch freeze(List<PendingRecord> records) {
		PendingRecord first = records.get(0);
		long base = this.limits.sequenced() ? this.next : Batch.NONE;
		this.next += records.size();
		Batch batch = new Batch(first.place, base, records, first.sentAt + this.limits.deliveryTimeout());
		this.line.add(batch);
		return batch;
	}

	/**
	 * Compares the gateway's next sequence with what this producer knows.
	 * @param nextSequence the gateway's next sequence
	 * @return what is wrong; null if nothing is
	 */
	LogMismatchException mismatch(long nextSequence) {
		return this.line.mismatch(this.acknowledged, nextSequence, this.next);
	}

	/**
	 * Settles what was sent before a fence, and goes on behind it.
	 * @param stop why there was a fence
	 * @param nextSequence the gateway's next sequence
	 * @param now the time
	 */
	void settle(Stop stop, long nextSequence, long now) {
		this.next = this.line.settle(stop, nextSequence, now + this.limits.deliveryTimeout());
		this.acknowledged = nextSequence;
	}

	long pausedUntil() {
		return this.pausedUntil;
	}

	/** Why requests fail; null if they do not. */
	Exception trouble() {
		return this.trouble;
	}

	void trouble(Exception failure) {
		this.trouble = failure;
	}

	boolean hasRoom() {
		return isChecking() ? !this.line.hasOpen() : this.line.open() < this.limits.maxInFlight();
	}

	/**
	 * Takes the next batch that is to be sent now.
	 * @param now the time
	 * @return the send, or null if there is none
	 */
	Attempt send(long now) {
		if (now < this.pausedUntil || this.line.inFlight() >= this.limits.maxInFlight()) {
			return null;
		}
		Batch batch = this.line.firstReady(now, isSequenced());
		if (batch == null) {
			return null;
		}
		batch.state = Batch.State.IN_FLIGHT;
		batch.attempts++;
		return new Attempt(batch, batch.attempts, this.acknowledged);
	}

	/**
	 * When there is a batch to send, if nothing is answered.
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long wakeAt() {
		boolean full = this.line.inFlight() >= this.limits.maxInFlight();
		return full ? Long.MAX_VALUE : Math.max(this.pausedUntil, this.line.nextReady(isSequenced()));
	}

	/**
	 * Takes an answer, and does what it says, unless it is that the batch or the producer
	 * has failed.
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
		Decision decision = Decision.of(answer, attempt, epoch, this.limits.delivery());
		switch (decision.kind()) {
			case STORED -> stored(batch, answer, now);
			case EARLY -> early(batch, now);
			case SPLIT -> this.line.replace(batch, batch.split());
			case REUSED -> this.line.replace(batch,
					batch.without((batch.count() > 1) ? (int) answer.number("firstMismatch") : 0, decision.failure()));
			case AGAIN -> again(batch, new GatewayException(answer.message(), answer.problem(), null), now);
			case REFUSED, LOST, END, FENCED -> {
				// The owner of the line settles it.
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

	/**
	 * Has a batch sent again after a while.
	 * @param batch the batch
	 * @param failure why
	 * @param now the time
	 */
	void again(Batch batch, Exception failure, long now) {
		this.trouble = failure;
		batch.retries++;
		batch.notBefore = now + this.limits.backoff(batch.retries, this.jitter.getAsDouble());
		if (this.limits.delivery() == Delivery.AT_MOST_ONCE) {
			batch.fail(Outcomes.of(batch, Outcomes.notSentAgain(failure)));
		}
	}

	private void pause(Duration retryAfter, long now) {
		if (!retryAfter.isZero()) {
			this.pausedUntil = Math.max(this.pausedUntil, now + Nanos.of(retryAfter));
		}
	}

	/**
	 * Sends nothing for as long as a pause grows, and the batch again then.
	 * @param batch the batch
	 * @param failure why
	 * @param now the time
	 */
	void park(Batch batch, Exception failure, long now) {
		again(batch, failure, now);
		this.pausedUntil = Math.max(this.pausedUntil, now + this.limits.retryBackoffMax());
	}

	private void stored(Batch batch, Answer answer, long now) {
		batch.state = Batch.State.STORED;
		batch.answer = answer;
		this.acknowledged = Math.max(this.acknowledged, batch.end());
		this.line.wakeEarly(now);
	}

	private void early(Batch batch, long now) {
		batch.early = true;
		batch.notBefore = now + this.limits.backoff(1, this.jitter.getAsDouble());
	}

}
