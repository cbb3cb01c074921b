package org.exactlyonce.gateway.relay;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Decides whether a partition's lease counts as held. A log that was put back is another
 * one: what is known of it is of before, so the lease begins anew. Thread-safe.
 */
final class LeaseHold {

	private final LongSupplier nanoTime;

	private final IntSupplier putBacks;

	private boolean held;

	private int putBacksBefore;

	private long validUntil;

	private long fencedAt;

	/**
	 * Not held.
	 * @param nanoTime the monotonic clock
	 * @param putBacks counts the logs that were put back
	 */
	LeaseHold(LongSupplier nanoTime, IntSupplier putBacks) {
		this.nanoTime = nanoTime;
		this.putBacks = putBacks;
		this.fencedAt = nanoTime.getAsLong();
	}

	/** Without news from the database, a lease ends by itself. */
	synchronized boolean isHeld() {
		return isHeld(this.putBacks.getAsInt());
	}

	private boolean isHeld(int putBacks) {
		return this.held && this.nanoTime.getAsLong() - this.validUntil < 0 && putBacks == this.putBacksBefore;
	}

	/**
	 * Takes what the database says, unless a fence has come since it was asked.
	 * @param view what it says
	 * @return whether the lease is held now and was not before, or of another log
	 */
	synchronized boolean confirm(LeaseView view) {
		if (view.asked() - this.fencedAt <= 0) {
			return false;
		}
		int putBacksNow = this.putBacks.getAsInt();
		boolean before = isHeld(putBacksNow);
		this.held = true;
		this.putBacksBefore = putBacksNow;
		this.validUntil = view.validUntil();
		return !before && isHeld(putBacksNow);
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
