package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * An append that waits for its lane.
 *
 * @param request what to append
 * @param future completed once, when the outcome is durable
 * @param enqueuedNanos when it was accepted, on the monotonic clock
 * @param timeout how long it may wait; null for {@code acks=0}, whose sender is gone, so
 * that it is never skipped
 * @param patientUntilNanos how long a patient request waits for its predecessors
 */
record PendingAppend(AppendRequest request, CompletableFuture<AppendOutcome> future, long enqueuedNanos,
		@Nullable Duration timeout, long patientUntilNanos) {

	static PendingAppend of(AppendRequest request, @Nullable Duration timeout, Duration patience) {
		long now = System.nanoTime();
		return new PendingAppend(request, new CompletableFuture<>(), now, timeout, now + patience.toNanos());
	}

	/**
	 * The same append, ready to be judged again.
	 * @param patient whether it may still be early
	 * @return an append with the same future and a new time-out
	 */
	PendingAppend again(boolean patient) {
		return new PendingAppend(this.request.patient(patient), this.future, System.nanoTime(), this.timeout,
				this.patientUntilNanos);
	}

	boolean isAcknowledged() {
		return this.timeout != null;
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
		if (this.timeout != null && !this.future.isDone() && waitedNanos() > this.timeout.toNanos()) {
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
