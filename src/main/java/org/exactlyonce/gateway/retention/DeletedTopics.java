package org.exactlyonce.gateway.retention;

import java.util.List;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.ids.OldIds;
import org.exactlyonce.gateway.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Purges what deleted topics stored: batches, sequences, ids, then the partition's row,
 * whose being there says that there is more. So it goes on after a crash, wherever that
 * was.
 */
final class DeletedTopics {

	private static final Logger log = LoggerFactory.getLogger(DeletedTopics.class);

	/** Sequences a transaction. */
	private static final int CHUNK = 1000;

	private final Transactions transactions;

	DeletedTopics(Transactions transactions) {
		this.transactions = transactions;
	}

	/**
	 * Purges all there is to purge.
	 * @param running asked before each transaction
	 */
	void purge(BooleanSupplier running) {
		List<Integer> partitions = this.transactions
			.inRoundTrips((statements) -> new RetentionTables(statements).orphans());
		Each.of(partitions, (partition) -> {
			boolean more = true;
			while (more && running.getAsBoolean()) {
				more = this.transactions.inRoundTrips(
						(statements) -> step(new RetentionTables(statements), new OldIds(statements), partition));
			}
		});
		if (!partitions.isEmpty() && running.getAsBoolean()) {
			log.info("Purged {} partitions of deleted topics", partitions.size());
		}
	}

	/** Whether there is more to do; not if another replica is at it. */
	private static boolean step(RetentionTables tables, OldIds ids, int partition) {
		if (!tables.lockOrphan(partition)) {
			return false;
		}
		if (tables.deleteBatches(partition, Long.MAX_VALUE) || tables.deleteSequences(partition, CHUNK)
				|| ids.forgetAll(partition)) {
			return true;
		}
		tables.deletePartition(partition);
		return false;
	}

}
