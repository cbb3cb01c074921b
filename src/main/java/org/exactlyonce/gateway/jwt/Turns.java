package org.exactlyonce.gateway.jwt;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.exactlyonce.gateway.access.Caller;

/**
 * Bounds how many tokens are verified at a time, and how many requests wait for that: the
 * others are answered at once. Thread-safe.
 */
final class Turns {

	private static final long PATIENCE_MILLIS = 1000;

	private final Semaphore turns;

	private final int maxWaiting;

	/**
	 * Bounds the turns.
	 * @param count how many there are at a time
	 * @param maxWaiting how many requests wait for one; request threads are few
	 */
	Turns(int count, int maxWaiting) {
		this.turns = new Semaphore(count);
		this.maxWaiting = maxWaiting;
	}

	/**
	 * Waits a moment for a turn, which is to be given back.
	 * @throws Caller.UncertainException if there is none
	 */
	void take() {
		try {
			if (this.turns.tryAcquire() || (this.turns.getQueueLength() < this.maxWaiting
					&& this.turns.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw new Caller.UncertainException("too many tokens wait to be verified",
				new TimeoutException("No turn in time"));
	}

	/** Gives a turn back. */
	void release() {
		this.turns.release();
	}

}
