package org.exactlyonce.gateway.relay;

import java.time.Duration;

/**
 * The pause after failures, twice as long after each. For one thread.
 */
final class RetryPause {

	private static final Duration FIRST = Duration.ofMillis(200);

	private static final Duration LONGEST = Duration.ofSeconds(2);

	private Duration next = FIRST;

	private long over = System.nanoTime();

	boolean isOver() {
		return System.nanoTime() - this.over >= 0;
	}

	/** Waits for longer than the last time. */
	Duration begin() {
		Duration length = this.next;
		Duration twice = length.multipliedBy(2);
		this.next = (twice.compareTo(LONGEST) < 0) ? twice : LONGEST;
		return begin(length);
	}

	Duration begin(Duration length) {
		this.over = System.nanoTime() + length.toNanos();
		return length;
	}

	/** Something has succeeded. */
	void reset() {
		this.next = FIRST;
	}

}
