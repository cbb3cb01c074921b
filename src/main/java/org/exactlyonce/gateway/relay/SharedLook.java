package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A look that several share: those that ask while another one looks get what that one has
 * found, be it a failure. Thread-safe.
 */
final class SharedLook {

	/** Where many ask, also what is wrong need not be found again at once. */
	static final Duration BAD = Duration.ofSeconds(1);

	private volatile @Nullable Found found;

	private final AtomicInteger renewals = new AtomicInteger();

	/**
	 * Looks, or takes what was found since the call.
	 * @param work throws what is wrong
	 */
	void take(Runnable work) {
		take(work, Duration.ZERO);
	}

	/**
	 * Looks, or takes what was found since the call, or not long before it. What is good
	 * is taken without waiting for one that looks again.
	 * @param work throws what is wrong
	 * @param age how old a good look may be; a bad one a second at the most
	 */
	void take(Runnable work, Duration age) {
		long asked = System.nanoTime();
		Found known = this.found;
		if (known == null || known.failure() != null || isOld(known, asked, age)) {
			RuntimeException failure = looked(work, asked, age).failure();
			if (failure != null) {
				throw failure;
			}
		}
	}

	private synchronized Found looked(Runnable work, long asked, Duration age) {
		Found known = this.found;
		if (known == null || isOld(known, asked, age)) {
			int renewal = this.renewals.get();
			RuntimeException failure = look(work);
			known = new Found(failure, System.nanoTime(), renewal);
			this.found = known;
		}
		return known;
	}

	private boolean isOld(Found known, long asked, Duration age) {
		long old = (known.failure() == null) ? age.toNanos() : Math.min(age.toNanos(), BAD.toNanos());
		return known.renewal() != this.renewals.get() || known.at() - (asked - old) <= 0;
	}

	/**
	 * What is looked at is to be another: who asks from now on takes no look that began
	 * before. Never waits.
	 */
	void renew() {
		this.renewals.incrementAndGet();
	}

	private static @Nullable RuntimeException look(Runnable work) {
		try {
			work.run();
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	/**
	 * What was found.
	 *
	 * @param failure what is wrong; null if all is well
	 * @param at when, by {@link System#nanoTime()}
	 * @param renewal how many there were when the look began
	 */
	private record Found(@Nullable RuntimeException failure, long at, int renewal) {
	}

}
