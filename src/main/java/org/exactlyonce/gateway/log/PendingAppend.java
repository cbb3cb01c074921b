package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;

/**
 * An append that waits for its lane.
 *
 * @param request what to append
 * @param future completed once, when the outcome is durable
 * @param enqueuedNanos when it was accepted, on the monotonic clock
 * @param timeout how long it may wait
 */
record PendingAppend(AppendRequest request, CompletableFuture<AppendOutcome> future, long enqueuedNanos,
		Duration timeout) {

	static PendingAppend of(AppendRequest request, Duration timeout) {
		return new PendingAppend(request, new CompletableFuture<>(), System.nanoTime(), timeout);
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
		if (!this.future.isDone() && waitedNanos() > this.timeout.toNanos()) {
			fail(Problem.of(ProblemType.STORE_UNAVAILABLE,
					"There was no answer within " + this.timeout.toMillis() + " ms. The outcome is unknown."));
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
