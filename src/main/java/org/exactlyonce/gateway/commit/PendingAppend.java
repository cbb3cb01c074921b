package org.exactlyonce.gateway.commit;

import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.problem.Problem;

/**
 * An append that waits for its lane.
 *
 * @param request what to append
 * @param future completed once, when the outcome is durable
 * @param enqueuedNanos when it was accepted, on the monotonic clock
 * @param timeout how long it may wait
 */
record PendingAppend(AppendRequest request, CompletableFuture<AppendOutcome> future, long enqueuedNanos,
		AnswerTimeout timeout) {

	static PendingAppend of(AppendRequest request, AnswerTimeout timeout) {
		return new PendingAppend(request, new CompletableFuture<>(), System.nanoTime(), timeout);
	}

	/** The same append, to be judged again: the same future, its time-out begins anew. */
	PendingAppend again() {
		return new PendingAppend(this.request, this.future, System.nanoTime(), this.timeout);
	}

	/** The same append, to be judged for the last time. */
	PendingAppend forTheLastTime() {
		return new PendingAppend(this.request.withoutPatience(), this.future, System.nanoTime(), this.timeout);
	}

	long waitedNanos() {
		return System.nanoTime() - this.enqueuedNanos;
	}

	/**
	 * Ends the wait if its time is over; the append may be committed all the same if it
	 * is in a transaction.
	 * @return whether it has ended
	 */
	boolean expire() {
		if (!this.future.isDone() && waitedNanos() > this.timeout.nanos()) {
			fail(CommitProblems.tooLate(this.timeout.millis()));
		}
		return this.future.isDone();
	}

	/**
	 * Ends the wait with a problem, unless it has ended.
	 * @param problem what to answer
	 */
	void fail(Problem problem) {
		if (!this.future.isDone()) {
			this.future.completeExceptionally(problem.toException());
		}
	}

}
