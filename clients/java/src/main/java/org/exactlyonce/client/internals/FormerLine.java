package org.exactlyonce.client.internals;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.RecordTooLargeException;

/**
 * What a former process left of a partition. It is sent before anything else, a few
 * batches at a time, and read from disk only then. What the log has under its sequences
 * is sent, too, batch by batch: only the answer tells whose that is, since a process with
 * another outbox may have gone on under the name. Where one is somebody else's, so is all
 * behind it. It has no time-out: what cannot be stored now stays for the next process.
 * Only a record that is not valid or too large is removed. Where the topic is missing it
 * waits until that is made.
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

	/** What the log has somebody else's records in the place of. */
	private List<FormerBatch> lost = List.of();

	FormerLine(Pipeline pipeline) {
		this.pipeline = pipeline;
	}

	void begin(long nextSequence, List<FormerBatch> batches) {
		this.pipeline.beginAt(batches.isEmpty() ? nextSequence : Math.min(nextSequence, batches.get(0).base()),
				nextSequence);
		for (FormerBatch batch : batches) {
			// None is sent that the log has a part of: it could not tell of that.
			if (batch.base() < nextSequence && nextSequence < batch.end()) {
				this.waiting.add(batch.upTo(nextSequence));
			}
			this.waiting.add((batch.end() > nextSequence) ? batch.from(nextSequence) : batch);
		}
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

	/** All below it is known to be stored; once it is empty, where the log goes on. */
	long acknowledged() {
		return isEmpty() ? this.pipeline.end() : this.pipeline.acknowledged();
	}

	/** What will never be stored, as the log is not what it was. */
	List<FormerBatch> lost() {
		return this.lost;
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
		if (decision == null) {
			return null;
		}
		this.parked &= decision.kind() != Decision.Kind.STORED;
		return switch (decision.kind()) {
			case LOST -> lost(attempt, answer, decision);
			case REFUSED -> refused(attempt, answer, decision, now);
			default -> decision;
		};
	}

	private Decision lost(Attempt attempt, Answer answer, Decision decision) {
		if (this.pipeline.isChecking() && answer.status() == 422) {
			long mismatch = answer.number("firstMismatch");
			Batch batch = attempt.batch();
			lose((batch.base < mismatch && mismatch < batch.end()) ? mismatch : batch.base);
		}
		else {
			tell(attempt, "They stay on disk", decision.failure());
		}
		return decision;
	}

	private void lose(long from) {
		this.lost = FormerBatch.from(open(), from);
	}

	/** What is not known to be stored. */
	private List<FormerBatch> open() {
		return Stream.concat(this.loaded.stream(), this.waiting.stream()).toList();
	}

	private Decision refused(Attempt attempt, Answer answer, Decision decision, long now) {
		GatewayException failure = decision.failure();
		if (answer.isMissing()) {
			if (!this.parked) {
				tell(attempt, "They wait on disk until it is made", failure);
			}
			this.parked = true;
			this.pipeline.park(attempt.batch(), failure, now);
			return new Decision(Decision.Kind.AGAIN, failure);
		}
		if (!(failure instanceof InvalidRecordException || failure instanceof RecordTooLargeException)) {
			// A token or a right can be mended, and the records are still on disk
			// then.
			return new Decision(Decision.Kind.END, failure);
		}
		if (this.pipeline.isChecking()) {
			lose(attempt.batch().base);
			return new Decision(Decision.Kind.LOST,
					new LogMismatchException(
							"The log has a record under sequence " + attempt.batch().base
									+ ", and does not take this one: " + failure.getMessage(),
							failure.problem(), failure));
		}
		// One that is refused beside it is refused again behind the fence.
		this.stop = (this.stop != null || this.ended) ? this.stop : new Stop(attempt.batch(), failure, now);
		return decision;
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
			List<FormerBatch> open = FormerBatch.from(open(), this.pipeline.acknowledged());
			this.loaded.clear();
			this.waiting.clear();
			if (removal != null) {
				this.stop.batch().fail(this.stop.failure());
				open = open.stream().flatMap((batch) -> removal.leaves(batch).stream()).toList();
			}
			this.pipeline.line().removeOpen();
			begin(nextSequence, open);
		}
		this.stop = null;
		return mismatch;
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
