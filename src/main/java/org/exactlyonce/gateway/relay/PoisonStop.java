package org.exactlyonce.gateway.relay;

/**
 * The place where a record that Kafka does not take stops its partition. What comes
 * before it is relayed; then the record is tried again, alone. For one thread.
 */
final class PoisonStop {

	private static final long NONE = -1;

	private long offset = NONE;

	private boolean probing;

	/** Kafka has refused a record. */
	void found(long offset) {
		this.offset = offset;
		this.probing = false;
	}

	/** The record may be tried again. */
	void probe() {
		this.probing = true;
	}

	void clear() {
		this.offset = NONE;
	}

	/**
	 * How far to relay.
	 * @param end how far there are records
	 * @return the same, or less
	 */
	long bound(long end) {
		if (this.offset == NONE) {
			return end;
		}
		return Math.min(end, this.probing ? this.offset + 1 : this.offset);
	}

	/** Whether nothing, or nothing more, stops a relay that is at an offset. */
	boolean isPassed(long relayedOffset) {
		return relayedOffset > this.offset;
	}

}
