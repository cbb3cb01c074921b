package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.store.Transactions;

/**
 * Deletes what topics do not keep: whole batches from the start of a partition, never the
 * newest one, and of what is relayed never the last record that a relay has brought to
 * Kafka, by which it knows this log again, and what comes behind it. A partition starts
 * later first, in a transaction of its own that holds its lock for a moment; then,
 * without it, the batches go. For one thread.
 */
final class ExpiredBatches {

	private static final int MOST = 512;

	/** Batches a transaction, more while they are small: H2 reads them to size them. */
	private static final int[] CHUNKS = { 16, 128, MOST };

	private static final long CHUNK_BYTES = 4 * 1024 * 1024;

	private final Transactions transactions;

	private final Clock clock;

	/**
	 * When the first batch was appended, by partition; it is read once for each start.
	 */
	private final Map<Integer, Oldest> oldest = new HashMap<>();

	ExpiredBatches(Transactions transactions, Clock clock) {
		this.transactions = transactions;
		this.clock = clock;
	}

	/**
	 * Deletes all that is due.
	 * @param running asked before each transaction
	 */
	void delete(BooleanSupplier running) {
		List<RetainedLog> partitions = this.transactions
			.inRoundTrips((statements) -> new RetentionTables(statements).retained());
		this.oldest.keySet().retainAll(partitions.stream().map(RetainedLog::partition).toList());
		partitions.forEach((partition) -> delete(partition, running));
	}

	private void delete(RetainedLog partition, BooleanSupplier running) {
		if (!this.oldest.containsKey(partition.partition())) {
			deleteBelow(partition, running); // what a crash may have left
		}
		RetainedLog now = partition;
		while (running.getAsBoolean() && isDue(now)) {
			RetainedLog before = now;
			now = raiseStart(before);
			if (now.start() == before.start()) {
				return;
			}
			deleteBelow(now, running);
		}
	}

	private boolean isDue(RetainedLog partition) {
		Long bytes = partition.retentionBytes();
		Long held = partition.heldBytes();
		if (bytes != null && held != null && held > bytes) {
			return true;
		}
		Long millis = partition.retentionMs();
		return millis != null && oldest(partition).isBefore(this.clock.instant().minusMillis(millis));
	}

	private Instant oldest(RetainedLog partition) {
		Oldest known = this.oldest.get(partition.partition());
		if (known == null || known.offset != partition.start()) {
			Instant appendedAt = this.transactions
				.inRoundTrips((statements) -> new RetentionTables(statements).firstBatches(partition.partition(),
						partition.start(), 1))
				.stream()
				.findFirst()
				.map(KeptBatch::appendedAt)
				.orElse(Instant.MAX);
			known = new Oldest(partition.start(), appendedAt);
			this.oldest.put(partition.partition(), known);
		}
		return known.appendedAt;
	}

	private RetainedLog raiseStart(RetainedLog partition) {
		return this.transactions.inRoundTrips((statements) -> {
			RetentionTables tables = new RetentionTables(statements);
			if (!tables.lockTopic(partition.topicId())) {
				return partition;
			}
			long relayed = tables.relayedOffset(partition.partition());
			long start = partition.start();
			long bytes = 0;
			for (KeptBatch batch : chunk(tables, partition)) {
				boolean last = batch.end() >= partition.end() || batch.end() >= relayed;
				if (last || !isExpired(batch, partition, bytes)) {
					break;
				}
				start = batch.end();
				bytes += batch.bytes();
			}
			if (start == partition.start() || !tables.raiseStart(partition, start, bytes)) {
				return partition;
			}
			return partition.startingAt(start, bytes);
		});
	}

	private static List<KeptBatch> chunk(RetentionTables tables, RetainedLog partition) {
		List<KeptBatch> batches = List.of();
		for (int most : CHUNKS) {
			batches = tables.firstBatches(partition.partition(), partition.start(), most);
			if (batches.size() < most || batches.stream().mapToLong(KeptBatch::bytes).sum() > CHUNK_BYTES) {
				return batches;
			}
		}
		return batches;
	}

	/** As Kafka: by size, while what remains is still enough. */
	private boolean isExpired(KeptBatch batch, RetainedLog partition, long before) {
		Long millis = partition.retentionMs();
		if (millis != null && batch.appendedAt().isBefore(this.clock.instant().minusMillis(millis))) {
			return true;
		}
		Long bytes = partition.retentionBytes();
		Long held = partition.heldBytes();
		return bytes != null && held != null && held - before - batch.bytes() >= bytes;
	}

	private void deleteBelow(RetainedLog partition, BooleanSupplier running) {
		boolean more = true;
		while (more && running.getAsBoolean()) {
			more = this.transactions.inRoundTrips((statements) -> new RetentionTables(statements)
				.deleteBatches(partition.partition(), partition.start(), MOST));
		}
	}

	private record Oldest(long offset, Instant appendedAt) {
	}

}
