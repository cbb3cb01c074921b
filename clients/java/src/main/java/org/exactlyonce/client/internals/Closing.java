package org.exactlyonce.client.internals;

/**
 * By when a producer that is being closed does what; times of {@link Nanos}.
 */
final class Closing {

	private static final long LAST_NANOS = 1_000_000_000;

	private final long deliveryTimeout;

	private long closeAt = Long.MAX_VALUE;

	private long endAt = Long.MAX_VALUE;

	private long restAt = Long.MAX_VALUE;

	Closing(long deliveryTimeout) {
		this.deliveryTimeout = deliveryTimeout;
	}

	/**
	 * Begins to close, or hastens it.
	 * @param now the time
	 * @param nanos how long it may take
	 */
	void within(long now, long nanos) {
		this.closeAt = Math.min(this.closeAt, now + nanos);
		this.endAt = Math.min(this.endAt, now + nanos - Math.min(nanos / 4, LAST_NANOS));
		this.restAt = Math.min(this.restAt, Math.min(this.endAt, now + this.deliveryTimeout));
	}

	boolean isUnderWay() {
		return this.closeAt != Long.MAX_VALUE;
	}

	/** Whether to take no more, and to find out what is stored. */
	boolean ends(long now) {
		return now >= this.endAt;
	}

	/**
	 * Whether the producer's thread ends.
	 * @param now the time
	 * @param done whether all records of this process have their outcome
	 * @param empty whether what a former process left is stored, too
	 * @return true if it does
	 */
	boolean isOver(long now, boolean done, boolean empty) {
		return now >= this.closeAt || (isUnderWay() && done && (empty || now >= this.restAt));
	}

	/**
	 * When one of these is due.
	 * @param now the time
	 * @param ending whether the producer takes no more
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long wakeAt(long now, boolean ending) {
		long wake = ending ? this.closeAt : Math.min(this.endAt, this.closeAt);
		return (this.restAt > now) ? Math.min(wake, this.restAt) : wake;
	}

}
