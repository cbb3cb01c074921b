package org.exactlyonce.gateway.commit;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;

/** The answers to appends that were not judged, or not confirmed. */
final class CommitProblems {

	private CommitProblems() {
	}

	static Problem notConfirmed() {
		return Problem.of(ProblemType.STORE_UNAVAILABLE, "The database did not confirm the append.");
	}

	static Problem tooLate(long timeoutMillis) {
		return Problem.of(ProblemType.STORE_UNAVAILABLE,
				"There was no answer within " + timeoutMillis + " ms. The outcome is unknown.");
	}

	static Problem stopping() {
		return Problem.of(ProblemType.STORE_UNAVAILABLE, "The gateway is stopping.");
	}

	static Problem queueFull(int maxQueued) {
		return Problem.of(ProblemType.OVERLOADED, maxQueued + " appends are queued, which is the limit.");
	}

	static Problem shareFull(int own, int queued, int maxQueued) {
		return Problem.of(ProblemType.OVERLOADED, own + " appends of the same principal are queued, of " + queued
				+ " in all; the rest of " + maxQueued + " is kept for others.");
	}

	static Problem internalError() {
		return Problem.of(ProblemType.INTERNAL_ERROR, "The gateway failed unexpectedly.");
	}

}
