package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first batch of each partition, which is read once for each start, and by it how
 * long records are kept beyond their time. A look may take hours, in which other replicas
 * delete and appends go on, so that partitions are read again meanwhile. For one thread;
 * any may ask what is overdue.
 */
final class FirstBatches {

	private static final Logger log = LoggerFactory.getLogger(FirstBatches.class);

	/** How old what is known may get during a look. */
	static final long AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final Transactions transactions;

	private final Clock clock;

	private final LongSupplier nanoTime;

	private final Map<Integer, KeptBatch> batches = new HashMap<>();

	/** As they were read last. */
	private final Map<Integer, RetainedLog> partitions = new HashMap<>();

	/** Of partitions whose first batch may be deleted once it is old enough. */
	private final Map<Integer, Expiry> expiries = new ConcurrentHashMap<>();

	private long readAt;

	/** When the last look ended well; null while there is none that did. */
	private volatile @Nullable Long endedAt;

	FirstBatches(Transactions transactions, Clock clock, LongSupplier nanoTime) {
		this.transactions = transactions;
		this.clock = clock;
		this.nanoTime = nanoTime;
		this.readAt = nanoTime.getAsLong();
	}

	/** Begins a look. */
	void begin() {
		this.endedAt = null;
	}

	/**
	 * Ends it.
	 * @param well whether it has done all that it could
	 */
	void end(boolean well) {
		this.endedAt = well ? (Long) this.clock.millis() : null;
	}

	/**
	 * How long the oldest record is kept beyond its time: now, or as a look that ended
	 * well left it. Another replica may be at it, a relay may be behind, or the database
	 * does not delete it.
	 */
	long overdueMillis() {
		Long ended = this.endedAt;
		long now = (ended != null) ? ended : this.clock.millis();
		return this.expiries.values().stream().mapToLong((expiry) -> expiry.overdueMillis(now)).max().orElse(0);
	}

	/** Reads which partitions there are that are not kept for ever. */
	List<RetainedLog> partitions() {
		this.readAt = this.nanoTime.getAsLong();
		List<RetainedLog> read = this.transactions
			.inRoundTrips((statements) -> new RetentionTables(statements).retained());
		this.partitions.clear();
		read.forEach((partition) -> this.partitions.put(partition.partition(), partition));
		this.batches.keySet().retainAll(this.partitions.keySet());
		this.expiries.keySet().retainAll(this.partitions.keySet());
		read.forEach((partition) -> note(partition, this.batches.get(partition.partition())));
		return read;
	}

	/** A partition as it was read last; nothing if it is gone, or kept for ever now. */
	Optional<RetainedLog> latest(RetainedLog partition) {
		return Optional.ofNullable(this.partitions.get(partition.partition()));
	}

	/** Asks the database only for a first batch that is not known. */
	Optional<KeptBatch> of(RetainedLog partition) {
		KeptBatch known = this.batches.get(partition.partition());
		Optional<KeptBatch> first = (known != null && known.base() == partition.start()) ? Optional.of(known)
				: read(partition);
		first.ifPresent((batch) -> this.batches.put(partition.partition(), batch));
		note(partition, first.orElse(null));
		return first;
	}

	/** The newest batch stays; which one that is may have been read since. */
	private void note(RetainedLog partition, @Nullable KeptBatch first) {
		long end = latest(partition).map(RetainedLog::end).orElse(0L);
		Long millis = partition.retentionMs();
		if (first != null && millis != null && first.base() == partition.start()
				&& first.end() < Math.max(end, partition.end())) {
			this.expiries.put(partition.partition(), new Expiry(first.appendedAt().toEpochMilli(), millis));
		}
		else {
			this.expiries.remove(partition.partition());
		}
	}

	private Optional<KeptBatch> read(RetainedLog partition) {
		return this.transactions
			.inRoundTrips((statements) -> new RetentionTables(statements).batches(partition.partition(),
					partition.start(), Long.MAX_VALUE, 1))
			.stream()
			.findFirst();
	}

	/**
	 * Has what is known read again, once it is old, by whatever is asked between the
	 * transactions of a look.
	 * @param running whether to go on
	 * @return the same
	 */
	BooleanSupplier keptUp(BooleanSupplier running) {
		return () -> {
			if (this.nanoTime.getAsLong() - this.readAt > AGE_NANOS) {
				readAgain(running);
			}
			return running.getAsBoolean();
		};
	}

	/** What is deleted does not depend on it. */
	private void readAgain(BooleanSupplier running) {
		try {
			for (RetainedLog partition : partitions()) {
				if (!running.getAsBoolean()) {
					return;
				}
				of(partition);
			}
		}
		catch (RuntimeException ex) {
			log.debug("What is overdue could not be read again", ex); // next time
		}
		this.readAt = this.nanoTime.getAsLong();
	}

	/** However long records are kept: no time is before 1970. */
	static long cutOff(long now, long retentionMs) {
		return Math.max(0, now - retentionMs);
	}

	/**
	 * When a batch may be deleted.
	 *
	 * @param appendedAt when it was appended
	 * @param retentionMs how long it is kept at least
	 */
	private record Expiry(long appendedAt, long retentionMs) {

		private long overdueMillis(long now) {
			return Math.max(0, cutOff(now, this.retentionMs) - this.appendedAt);
		}

	}

}
