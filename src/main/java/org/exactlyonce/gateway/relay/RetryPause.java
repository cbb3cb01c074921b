package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The pause after failures, twice as long after each. For one thread.
 */
final class RetryPause {

	private static final Duration FIRST = Duration.ofMillis(200);

	private static final Duration LONGEST = Duration.ofSeconds(2);

	private final LongSupplier nanoTime;

	private Duration next = FIRST;

	private long over;

	RetryPause(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.over = nanoTime.getAsLong();
	}

	boolean isOver() {
		return this.nanoTime.getAsLong() - this.over >= 0;
	}

	/** Waits for longer than the last time. */
	Duration begin() {
		Duration length = this.next;
		Duration twice = length.multipliedBy(2);
		this.next = (twice.compareTo(LONGEST) < 0) ? twice : LONGEST;
		return begin(length);
	}

	Duration begin(Duration length) {
		this.over = this.nanoTime.getAsLong() + length.toNanos();
		return length;
	}

	/** Something has succeeded. */
	void reset() {
		this.next = FIRST;
	}

}
