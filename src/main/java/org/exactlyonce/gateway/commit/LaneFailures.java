package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;

/**
 * Reports what the database did not take of one lane's groups: to the log, in full the
 * first time and in one line while it goes on, and to health.
 */
final class LaneFailures {

	private static final Logger log = LoggerFactory.getLogger(LaneFailures.class);

	/**
	 * For how long the last failure counts, as traffic may stay away because of it.
	 */
	private static final Duration RECENT = Duration.ofSeconds(10);

	private final LongSupplier nanoTime;

	private volatile boolean failing;

	private volatile long failedNanos;

	LaneFailures(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	void succeeded() {
		if (this.failing) {
			this.failing = false;
			log.info("The database takes appends again");
		}
	}

	void failed(String what, int appends, Exception cause) {
		if (this.failing) {
			log.warn("{} ({} appends): {}", what, appends, NestedExceptionUtils.getMostSpecificCause(cause).toString());
		}
		else {
			log.warn("{} ({} appends)", what, appends, cause);
		}
		this.failedNanos = this.nanoTime.getAsLong();
		this.failing = true;
	}

	/** Whether the last group failed, and that not long ago. */
	boolean isRecent() {
		return this.failing && this.nanoTime.getAsLong() - this.failedNanos < RECENT.toNanos();
	}

}
