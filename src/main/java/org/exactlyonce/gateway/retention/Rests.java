package org.exactlyonce.gateway.retention;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Says whether retention is to go on; the question rests first, for eight times as long
 * as the work since the last rest took, and 200 ms at most. What waits for the database,
 * its disk or a processor comes in between. A look that takes long rests less, then not
 * at all, and the next one begins as it ended: what comes in meanwhile must not come in
 * faster than it is deleted. For one thread.
 */
final class Rests implements BooleanSupplier {

	/** How many times as long as it worked, in each ten minutes of a look. */
	private static final int[] TIMES = { 8, 2, 0 };

	/** Shorter work is added up: the system would make its rest longer. */
	private static final long LEAST_WORK = TimeUnit.MILLISECONDS.toNanos(1);

	/** After a transaction that waited for a lock there is less to make up for. */
	private static final long MOST = TimeUnit.MILLISECONDS.toNanos(200);

	private static final long LONG_LOOK_NANOS = TimeUnit.MINUTES.toNanos(10);

	private final BooleanSupplier running;

	private final LongSupplier nanoTime;

	private final LongConsumer rest;

	private long began;

	private long since;

	private int behind;

	/**
	 * Rests as the system does.
	 * @param running whether to go on
	 */
	Rests(BooleanSupplier running) {
		this(running, System::nanoTime, LockSupport::parkNanos);
	}

	Rests(BooleanSupplier running, LongSupplier nanoTime, LongConsumer rest) {
		this.running = running;
		this.nanoTime = nanoTime;
		this.rest = rest;
	}

	/** Begins a look. */
	void begin() {
		this.began = this.nanoTime.getAsLong();
		this.since = this.began;
	}

	/** Ends it, as far as it came. */
	void end() {
		this.behind = longLooks();
	}

	private int longLooks() {
		return (int) ((this.nanoTime.getAsLong() - this.began) / LONG_LOOK_NANOS);
	}

	private int times() {
		return TIMES[Math.min(this.behind + longLooks(), TIMES.length - 1)];
	}

	@Override
	public boolean getAsBoolean() {
		long worked = this.nanoTime.getAsLong() - this.since;
		long rest = Math.min(worked * times(), MOST);
		if (rest > 0 && worked >= LEAST_WORK && this.running.getAsBoolean()) {
			this.rest.accept(rest);
			this.since = this.nanoTime.getAsLong();
		}
		return this.running.getAsBoolean();
	}

}
