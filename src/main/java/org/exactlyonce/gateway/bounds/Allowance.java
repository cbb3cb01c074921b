package org.exactlyonce.gateway.bounds;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;

/**
 * Bounds something of which there is not enough for all requests at once: turns, or
 * memory. A request that finds too little waits, in fair order, and is refused in the
 * end. Thread-safe.
 */
public final class Allowance {

	private final int units;

	private final Duration patience;

	private final String refusal;

	private final Semaphore free;

	/**
	 * Sets the bound.
	 * @param units how much there is, at least 1
	 * @param patience how long one waits for its share
	 * @param refusal the detail of the 429 that follows
	 */
	public Allowance(int units, Duration patience, String refusal) {
		this.units = units;
		this.patience = patience;
		this.refusal = refusal;
		this.free = new Semaphore(units, true);
	}

	/**
	 * How much there is when none is held.
	 * @return the units
	 */
	public int units() {
		return this.units;
	}

	/**
	 * Works with a share.
	 * @param share how many units
	 * @param work what to do
	 * @param <T> what comes out
	 * @return what came out
	 * @throws ProblemException 429 if there were not as many units in time
	 */
	public <T> T with(int share, Supplier<T> work) {
		take(share);
		try {
			return work.get();
		}
		finally {
			give(share);
		}
	}

	/** Takes a share at once, if it is free. */
	boolean tryTake(int share) {
		return this.free.tryAcquire(share);
	}

	/** Takes a share as soon as it is free; 429 if that takes too long. */
	void take(int share) {
		try {
			if (this.free.tryAcquire(share, this.patience.toNanos(), TimeUnit.NANOSECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw Problem.of(ProblemType.OVERLOADED, this.refusal).toException();
	}

	void give(int share) {
		this.free.release(share);
	}

}
