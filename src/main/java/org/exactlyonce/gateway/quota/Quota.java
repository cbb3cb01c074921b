package org.exactlyonce.gateway.quota;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * The bounds on what one principal may use. What is left out is not limited.
 *
 * @param requestsPerSecond how many requests it may send
 * @param bytesPerSecond how many bytes their bodies may have
 * @param producers how many producers it may own before it registers another
 * @param liveReaders how many of its event streams and long polls may wait at a time
 */
record Quota(@Nullable Integer requestsPerSecond, @Nullable DataSize bytesPerSecond, @Nullable Integer producers,
		@Nullable Integer liveReaders) {

	static final Quota NONE = new Quota(null, null, null, null);

	/** A bucket is filled by one token a nanosecond at the most. */
	private static final long MOST_PER_SECOND = 1_000_000_000;

	Quota {
		require(requestsPerSecond, MOST_PER_SECOND, "requests-per-second");
		require((bytesPerSecond != null) ? bytesPerSecond.toBytes() : null, MOST_PER_SECOND, "bytes-per-second");
		require(producers, Integer.MAX_VALUE, "producers");
		require(liveReaders, Integer.MAX_VALUE, "live-readers");
	}

	private static void require(@Nullable Number value, long most, String name) {
		if (value != null && (value.longValue() < 1 || value.longValue() > most)) {
			throw new IllegalArgumentException("gateway.quotas.*." + name + " must be 1 to " + most);
		}
	}

	/** This, with what it leaves out taken from another. */
	Quota or(Quota other) {
		return new Quota((this.requestsPerSecond != null) ? this.requestsPerSecond : other.requestsPerSecond,
				(this.bytesPerSecond != null) ? this.bytesPerSecond : other.bytesPerSecond,
				(this.producers != null) ? this.producers : other.producers,
				(this.liveReaders != null) ? this.liveReaders : other.liveReaders);
	}

}
