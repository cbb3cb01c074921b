package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The clock: nanoseconds since the class was loaded.
 */
final class Nanos {

	private static final long ORIGIN = System.nanoTime();

	private Nanos() {
	}

	static long now() {
		return System.nanoTime() - ORIGIN;
	}

	/**
	 * A duration in nanoseconds.
	 * @param duration the duration
	 * @return a quarter of {@code Long.MAX_VALUE} at the most, so that times can be added
	 */
	static long of(Duration duration) {
		Duration longest = Duration.ofNanos(Long.MAX_VALUE / 4);
		return (duration.compareTo(longest) < 0) ? duration.toNanos() : longest.toNanos();
	}

	/**
	 * A duration in milliseconds, to tell it.
	 * @param duration the duration
	 * @return as many, bounded as {@link #of}
	 */
	static long toMillis(Duration duration) {
		return TimeUnit.NANOSECONDS.toMillis(of(duration));
	}

}
