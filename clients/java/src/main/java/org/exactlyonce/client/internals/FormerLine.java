package org.exactlyonce.client.internals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.RecordTooLargeException;

/**
 * What a former process left of a partition. It is sent before anything else, a few
 * batches at a time, and read from disk only then. It has no time-out: what cannot be
 * stored now stays for the next process. Only a record that is not valid or too large is
 * removed. Where the topic is missing it waits until that is made.
 */
final class FormerLine {

	private static final System.Logger logger = System.getLogger(FormerLine.class.getName());

	private final Pipeline pipeline;

	/** Batches that are not read yet. */
	private final Deque<FormerBatch> waiting = new ArrayDeque<>();

	/** Batches in the pipeline, which may have split them. */
	private final Deque<FormerBatch> loaded = new ArrayDeque<>();

	/** Null if nothing was refused. */
	private Stop stop;

	private boolean ended;

	/** Whether the gateway does not have the topic, which somebody may make. */
	private boolean parked;

	FormerLine(Pipeline pipeline) {
		this.pipeline = pipeline;
	}

	void begin(long nextSequence, List<FormerBatch> batches) {
		this.pipeline.beginAt(nextSequence);
		this.waiting.addAll(batches);
	}

	/** Whether all of it has its outcome. */
	boolean isEmpty() {
		return this.waiting.isEmpty() && this.loaded.isEmpty() && this.pipeline.line().isEmpty();
	}

	/** Whether it sends no more, and has nothing under way. */
	boolean hasEnded() {
		return this.ended && this.pipeline.line().inFlight() == 0;
	}

	boolean isParked() {
		return this.parked;
	}

	/** Whether it waits for a fence. */
	boolean isStopped() {
		return this.stop != null;
	}

	/** All below it is known to be stored. */
	long acknowledged() {
		return this.pipeline.acknowledged();
	}

	Attempt send(long now) {
		if (this.ended || isStopped()) {
			return null;
		}
		while (!this.waiting.isEmpty() && this.pipeline.hasRoom()) {
			this.loaded.add(this.waiting.remove());
			this.pipeline.line().add(this.loaded.getLast().load());
		}
		return this.pipeline.send(now);
	}

	long wakeAt() {
		if (this.ended || isStopped()) {
			return Long.MAX_VALUE;
		}
		boolean loads = !this.waiting.isEmpty() && this.pipeline.hasRoom();
		return loads ? this.pipeline.pausedUntil() : this.pipeline.wakeAt();
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
		if (decision != null && decision.kind() == Decision.Kind.LOST) {
			tell(attempt, "They stay on disk", decision.failure());
		}
		if (decision == null || decision.kind() != Decision.Kind.REFUSED) {
			this.parked &= decision == null || decision.kind() != Decision.Kind.STORED;
			return decision;
		}
		GatewayException failure = decision.failure();
		if (answer.isMissing()) {
			if (!this.parked) {
				tell(attempt, "They wait on disk until it is made", failure);
			}
			this.parked = true;
			this.pipeline.park(attempt.batch(), failure, now);
			return new Decision(Decision.Kind.AGAIN, failure);
		}
		if (failure instanceof InvalidRecordException || failure instanceof RecordTooLargeException) {
			// One that is refused beside it is refused again behind the fence.
			this.stop = (this.stop != null || this.ended) ? this.stop : new Stop(attempt.batch(), failure, now);
			return decision;
		}
		// A token or a right can be mended, and the records are still on disk
		// then.
		return new Decision(Decision.Kind.END, failure);
	}

	private static void tell(Attempt attempt, String what, GatewayException failure) {
		logger.log(System.Logger.Level.ERROR, () -> "What a former process left for " + attempt.batch().place
				+ " in the outbox is not stored. " + what + ": " + failure);
	}

	void notAnswered(Attempt attempt, Exception failure, boolean inDoubt, long now) {
		this.pipeline.notAnswered(attempt, failure, inDoubt, now);
	}

	/** Sends no more. All that is not stored stays on disk. */
	void end() {
		this.ended = true;
		this.stop = null;
	}

	/**
	 * What is to be removed from disk before {@link #fenced}.
	 * @param nextSequence the gateway's next sequence
	 * @return the record that was refused; null if there is none
	 */
	Removal removal(long nextSequence) {
		Batch refused = (this.stop != null) ? this.stop.batch() : null;
		if (refused == null || refused.end() <= nextSequence || mismatch(nextSequence) != null) {
			return null;
		}
		return new Removal(refused.place, refused.base, refused.end());
	}

	/**
	 * Learns what was stored before the producer's new epoch, and begins anew there.
	 * @param nextSequence the gateway's next sequence
	 * @return why the partition takes no more, if the log is not what it was; else null
	 */
	LogMismatchException fenced(long nextSequence) {
		LogMismatchException mismatch = mismatch(nextSequence);
		if (mismatch == null) {
			Removal removal = removal(nextSequence);
			List<FormerBatch> open = new ArrayList<>(this.loaded);
			open.addAll(this.waiting);
			this.loaded.clear();
			this.waiting.clear();
			for (FormerBatch batch : open) {
				if (batch.end() > nextSequence) {
					FormerBatch rest = batch.from(nextSequence);
					this.waiting.addAll((removal != null) ? removal.leaves(rest) : List.of(rest));
				}
			}
			settle(nextSequence, removal);
			this.pipeline.beginAt(nextSequence);
		}
		this.stop = null;
		return mismatch;
	}

	private void settle(long nextSequence, Removal removal) {
		this.pipeline.line().forEachOpen((batch) -> {
			if (batch.end() <= nextSequence) {
				batch.state = Batch.State.STORED;
			}
			else if (removal != null && batch == this.stop.batch()) {
				batch.fail(this.stop.failure());
			}
		});
		this.pipeline.line().removeOpen();
	}

	private LogMismatchException mismatch(long nextSequence) {
		FormerBatch last = this.waiting.isEmpty() ? this.loaded.peekLast() : this.waiting.peekLast();
		long next = (last != null) ? last.end() : this.pipeline.acknowledged();
		return this.pipeline.line().mismatch(this.pipeline.acknowledged(), nextSequence, next);
	}

	/**
	 * Takes the batches that have their outcome, as far as it is their turn.
	 * @return the batches
	 */
	List<Batch> release() {
		List<Batch> released = this.pipeline.line().release();
		while (!this.loaded.isEmpty() && this.loaded.peek().end() <= this.pipeline.acknowledged()) {
			this.loaded.remove();
		}
		return released;
	}

}
