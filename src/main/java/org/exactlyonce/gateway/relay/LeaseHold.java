package org.exactlyonce.gateway.relay;

import java.util.function.LongSupplier;

/**
 * Decides whether a partition's lease counts as held. Thread-safe.
 */
final class LeaseHold {

	private final LongSupplier nanoTime;

	private boolean held;

	private long validUntil;

	private long fencedAt;

	LeaseHold(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.fencedAt = nanoTime.getAsLong();
	}

	/** Without news from the database, a lease ends by itself. */
	synchronized boolean isHeld() {
		return this.held && this.nanoTime.getAsLong() - this.validUntil < 0;
	}

	/** Takes what the database says, unless a fence has come since it was asked. */
	synchronized void hold(LeaseView view) {
		if (view.asked() - this.fencedAt > 0) {
			this.held = true;
			this.validUntil = view.validUntil();
		}
	}

	synchronized void drop() {
		this.held = false;
	}

	/** Another gateway writes: the database has to say again whose the lease is. */
	synchronized void fenced() {
		this.held = false;
		this.fencedAt = this.nanoTime.getAsLong();
	}

}
