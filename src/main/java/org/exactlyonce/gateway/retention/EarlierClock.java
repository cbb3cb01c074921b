package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;

/**
 * The time that decides what is old: this machine's or the database's, whichever is
 * earlier, as both were at the last look, and no further on than has passed since by the
 * monotonic clock. What is deleted too late does no harm, and a clock that jumps ahead
 * would delete what other replicas have just stored. Thread-safe.
 */
final class EarlierClock extends Clock {

	private final Clock clock;

	private final Store store;

	private final Transactions transactions;

	private volatile Reading last = new Reading(0, System.nanoTime());

	EarlierClock(Clock clock, Store store, Transactions transactions) {
		this.clock = clock;
		this.store = store;
		this.transactions = transactions;
	}

	/** Looks at both; until it has done so once, nothing is old. */
	void look() {
		long own = this.clock.millis();
		// else the database's clock is this one
		long earlier = this.store.isShared() ? Math.min(own, databaseMillis()) : own;
		this.last = new Reading(earlier, System.nanoTime());
	}

	private long databaseMillis() {
		return this.transactions
			.inRoundTrips((statements) -> statements.list("select current_timestamp",
					(row) -> row.getObject(1, OffsetDateTime.class)))
			.get(0)
			.toInstant()
			.toEpochMilli();
	}

	@Override
	public long millis() {
		Reading reading = this.last;
		long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - reading.nanos());
		return Math.min(this.clock.millis(), reading.millis() + passed);
	}

	@Override
	public Instant instant() {
		return Instant.ofEpochMilli(millis());
	}

	@Override
	public ZoneId getZone() {
		return this.clock.getZone();
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

	/**
	 * A look.
	 *
	 * @param millis the time
	 * @param nanos when that was, on the monotonic clock
	 */
	private record Reading(long millis, long nanos) {
	}

}
