package org.exactlyonce.gateway.relay;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A look that several share: those that ask while another one looks get what that one has
 * found, be it a failure. Thread-safe.
 */
final class SharedLook {

	/** Where many ask, also what is wrong need not be found again at once. */
	private static final Duration BAD = Duration.ofSeconds(1);

	private long looked;

	private @Nullable RuntimeException found;

	private boolean good;

	private volatile boolean stale = true;

	/**
	 * Looks, or takes what was found since the call.
	 * @param work throws what is wrong
	 */
	void take(Runnable work) {
		take(work, Duration.ZERO);
	}

	/**
	 * Looks, or takes what was found since the call, or not long before it.
	 * @param work throws what is wrong
	 * @param age how old a good look may be; a bad one a second at the most
	 */
	void take(Runnable work, Duration age) {
		long asked = System.nanoTime();
		synchronized (this) {
			long old = this.good ? age.toNanos() : Math.min(age.toNanos(), BAD.toNanos());
			if (this.stale || this.looked - (asked - old) <= 0) {
				this.stale = false;
				this.found = look(work);
				this.good = this.found == null;
				this.looked = System.nanoTime();
			}
			if (this.found != null) {
				throw this.found;
			}
		}
	}

	/** What was looked at is to be another. Never waits. */
	void renew() {
		this.stale = true;
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

}
