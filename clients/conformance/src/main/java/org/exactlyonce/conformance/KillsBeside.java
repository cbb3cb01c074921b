package org.exactlyonce.conformance;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many kills are planned beside the steps of a scenario, and how many were made.
 * Records that are sent in chunks are spread over them: one behind the last record shows
 * nothing. Thread-safe.
 */
final class KillsBeside {

	private final AtomicInteger planned = new AtomicInteger();

	private final AtomicInteger made = new AtomicInteger();

	/**
	 * Plans kills.
	 * @param count how many
	 * @param kill makes one, and tells whether there are to be more
	 * @return makes them, one after the other
	 */
	Callable<Void> of(int count, Callable<Boolean> kill) {
		this.planned.addAndGet(count);
		return () -> {
			for (int i = 0; i < count && kill.call(); i++) {
				this.made.incrementAndGet();
			}
			return null;
		};
	}

	/** Whether more has been sent by now than its share of the kills. */
	boolean isAhead(int sent, int count) {
		return (long) this.made.get() * count < (long) this.planned.get() * sent;
	}

}
