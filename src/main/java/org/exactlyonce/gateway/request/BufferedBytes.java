package org.exactlyonce.gateway.request;

import java.util.concurrent.atomic.AtomicLong;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemType;

/**
 * Counts the bytes of all request bodies in memory, so that no number of clients can fill
 * the heap. Thread-safe, without locks.
 */
final class BufferedBytes {

	private final long max;

	private final AtomicLong used = new AtomicLong();

	BufferedBytes(long max) {
		this.max = max;
	}

	void reserve(long bytes) {
		if (this.used.addAndGet(bytes) > this.max) {
			this.used.addAndGet(-bytes);
			throw Problem
				.of(ProblemType.OVERLOADED,
						"The requests in progress hold " + this.used.get() + " of at most " + this.max + " bytes.")
				.toException();
		}
	}

	void release(long bytes) {
		this.used.addAndGet(-bytes);
	}

	long used() {
		return this.used.get();
	}

}
