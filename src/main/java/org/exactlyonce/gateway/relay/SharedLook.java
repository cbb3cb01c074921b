package org.exactlyonce.gateway.relay;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A look that several share: those that ask while another one looks get what that one has
 * found, be it a failure. Thread-safe.
 */
final class SharedLook {

	private long looked = System.nanoTime();

	private @Nullable RuntimeException found;

	private boolean good;

	/**
	 * Looks, or takes what was found since the call.
	 * @param work throws what is wrong
	 */
	void take(Runnable work) {
		take(work, Duration.ZERO);
	}

	/**
	 * Looks, or takes what was found since the call, or not long before it, if it was
	 * good.
	 * @param work throws what is wrong
	 * @param age how old a good look may be
	 */
	void take(Runnable work, Duration age) {
		long asked = System.nanoTime();
		synchronized (this) {
			long since = this.good ? asked - age.toNanos() : asked;
			if (this.looked - since <= 0) {
				this.found = look(work);
				this.good = this.found == null;
				this.looked = System.nanoTime();
			}
			if (this.found != null) {
				throw this.found;
			}
		}
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
