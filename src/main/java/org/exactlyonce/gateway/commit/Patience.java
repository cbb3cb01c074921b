package org.exactlyonce.gateway.commit;

import java.time.Duration;

/**
 * The time for which an early append waits for its predecessors ({@code Prefer: wait}).
 *
 * @param isGranted whether it waits at all
 * @param timeout for how long
 * @param untilNanos until when, on the monotonic clock
 */
public record Patience(boolean isGranted, Duration timeout, long untilNanos) {

	/** An early append is refused at once. */
	public static final Patience NONE = new Patience(false, Duration.ZERO, 0);

	/**
	 * Patience from now on.
	 * @param wait for how long; zero still lets predecessors come that are in progress
	 * @return the patience
	 */
	public static Patience upTo(Duration wait) {
		return new Patience(true, wait, System.nanoTime() + wait.toNanos());
	}

	/**
	 * Whether the time is over.
	 * @param nowNanos the time on the monotonic clock
	 * @return true if it is
	 */
	public boolean isOver(long nowNanos) {
		return this.untilNanos - nowNanos <= 0;
	}

}
