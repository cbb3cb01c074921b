package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what topics do not keep: whole batches from the start of a partition, never the
 * newest one, and of what is relayed never the last record that a relay has brought to
 * Kafka, by which it knows this log again, and what comes behind it. A partition starts
 * later first, in a transaction of its own that holds its lock for a moment; then,
 * without it, the batches go. For one thread.
 */
final class ExpiredBatches {

	private static final Logger log = LoggerFactory.getLogger(ExpiredBatches.class);

	/** A relay that starts anew is not there for a while. */
	private static final Duration DEAD = Duration.ofHours(1);

	private final Transactions transactions;

	private final Clock clock;

	private final FirstBatches firsts;

	private final AtomicLong deletedRecords = new AtomicLong();

	/** Since when relays that hold records back are not seen, in milliseconds. */
	private final Map<String, Long> deadSince = new HashMap<>();

	private final Set<String> warnedOf = new HashSet<>();

	/** Where a crash, or a failure, may have left batches below the start. */
	private final Set<Integer> unswept = new TreeSet<>();

	private boolean begun;

	ExpiredBatches(Transactions transactions, Clock clock, FirstBatches firsts) {
		this.transactions = transactions;
		this.clock = clock;
		this.firsts = firsts;
	}

	/**
	 * Deletes all that is due.
	 * @param running asked before each transaction
	 */
	void delete(BooleanSupplier running) {
		@Nullable RuntimeException failure = null;
		try {
			sweep(running);
		}
		catch (RuntimeException ex) {
			failure = ex;
		}
		try {
			Each.of(this.firsts.partitions(),
					(partition) -> this.firsts.latest(partition).ifPresent((now) -> delete(now, running)));
		}
		catch (RuntimeException ex) {
			failure = (failure != null) ? failure : ex;
		}
		if (failure != null) {
			throw failure;
		}
	}

	/** How many records were deleted by this replica. */
	long deletedRecords() {
		return this.deletedRecords.get();
	}

	private void sweep(BooleanSupplier running) {
		if (!this.begun) {
			this.unswept
				.addAll(this.transactions.inRoundTrips((statements) -> new RetentionTables(statements).shortened()));
			this.begun = true;
		}
		Each.of(List.copyOf(this.unswept), (partition) -> deleteBelowStart(partition, running));
	}

	private void delete(RetainedLog partition, BooleanSupplier running) {
		RetainedLog now = partition;
		while (running.getAsBoolean() && isDue(now)) {
			RetainedLog before = now;
			now = raiseStart(before);
			if (now.start() == before.start()) {
				return;
			}
			this.deletedRecords.addAndGet(now.start() - before.start());
			this.unswept.add(now.partition());
			deleteBelowStart(now.partition(), running);
		}
	}

	private boolean isDue(RetainedLog partition) {
		return this.firsts.of(partition)
			.filter((batch) -> batch.end() < partition.end() && isExpired(batch, partition, 0))
			.isPresent();
	}

	/** By what the topic says now, which may have changed since the look began. */
	private RetainedLog raiseStart(RetainedLog read) {
		return this.transactions.inRoundTrips((statements) -> {
			RetentionTables tables = new RetentionTables(statements);
			RetainedLog partition = tables.lockTopic(read).orElse(null);
			if (partition == null) {
				return read;
			}
			Map<String, Long> relays = tables.relayedOffsets(partition);
			long relayed = relays.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
			long start = partition.start();
			long bytes = 0;
			for (KeptBatch batch : tables.chunk(partition.partition(), start, Long.MAX_VALUE)) {
				if (batch.end() >= partition.end() || !isExpired(batch, partition, bytes)) {
					break;
				}
				if (batch.end() >= relayed) {
					warnOfDeadRelays(tables, relays, batch.end());
					break;
				}
				start = batch.end();
				bytes += batch.bytes();
			}
			return (start > partition.start() && tables.raiseStart(partition, start, bytes))
					? partition.startingAt(start, bytes) : read;
		});
	}

	/**
	 * A relay that nobody runs any more keeps records for ever, and nothing else says so.
	 */
	private void warnOfDeadRelays(RetentionTables tables, Map<String, Long> relays, long end) {
		Set<String> dead = new TreeSet<>(relays.keySet());
		dead.removeIf((relay) -> relays.getOrDefault(relay, 0L) > end);
		Set<String> live = tables.liveRelays();
		dead.removeAll(live);
		this.deadSince.keySet().removeAll(live);
		this.warnedOf.removeAll(live);
		long now = this.clock.millis();
		dead.removeIf((relay) -> now - this.deadSince.computeIfAbsent(relay, (any) -> now) < DEAD.toMillis());
		dead.removeAll(this.warnedOf);
		if (!dead.isEmpty()) {
			log.warn(
					"Records that are not kept are not deleted: they were not relayed to {}, and no gateway has "
							+ "relayed there for {} minutes. docs/operations.md tells how to give up a relay for good",
					dead, DEAD.toMinutes());
			this.warnedOf.addAll(dead);
		}
	}

	/** As Kafka: by size, while what remains is still enough. */
	private boolean isExpired(KeptBatch batch, RetainedLog partition, long before) {
		Long millis = partition.retentionMs();
		if (millis != null && batch.appendedAt()
			.isBefore(Instant.ofEpochMilli(FirstBatches.cutOff(this.clock.millis(), millis)))) {
			return true;
		}
		Long bytes = partition.retentionBytes();
		Long held = partition.heldBytes();
		return bytes != null && held != null && held - before - batch.bytes() >= bytes;
	}

	private void deleteBelowStart(int partition, BooleanSupplier running) {
		boolean more = true;
		while (more && running.getAsBoolean()) {
			more = this.transactions
				.inRoundTrips((statements) -> new RetentionTables(statements).deleteBelowStart(partition));
		}
		if (!more) {
			this.unswept.remove(partition);
		}
	}

}
