package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.util.Optional;

import org.exactlyonce.gateway.store.Transactions;

/**
 * Lets tests of the whole gateway use what only its own room may.
 */
public final class RetentionInternals {

	private RetentionInternals() {
	}

	/** One that no look has been made with, as after a start. */
	static ExpiredBatches expiredBatches(Transactions transactions, Clock clock) {
		return new ExpiredBatches(transactions, clock, new FirstBatches(transactions, clock, System::nanoTime));
	}

	/**
	 * Raises the start of a partition whose bytes are not counted, all in one transaction
	 * that no count can come into.
	 * @return what it holds then; nothing if that is not counted
	 */
	public static Optional<Long> heldAfterAnUncountedStart(Transactions transactions, int partition, long start) {
		return transactions.inRoundTrips((statements) -> {
			statements.update("update log_partition set held_bytes = null where partition_id = ?", partition).run();
			new RetentionTables(statements).raiseStart(new RetainedLog(0, partition, 0, start + 1, null, 1L, null),
					start, 10);
			return statements
				.list("select held_bytes from log_partition where partition_id = ?",
						(row) -> Optional.ofNullable((Long) row.getObject(1)), partition)
				.get(0);
		});
	}

}
