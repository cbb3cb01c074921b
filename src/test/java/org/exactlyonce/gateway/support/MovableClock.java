package org.exactlyonce.gateway.support;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock whose time can be set. Thread-safe. */
public final class MovableClock extends Clock {

	private volatile Duration ahead = Duration.ZERO;

	/**
	 * Sets the clock.
	 * @param ahead how far ahead of the right time; negative for behind
	 */
	public void set(Duration ahead) {
		this.ahead = ahead;
	}

	@Override
	public Instant instant() {
		return Instant.now().plus(this.ahead);
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

}
