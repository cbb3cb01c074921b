package org.exactlyonce.gateway.retention;

import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Purges what deleted topics stored: batches, then sequences, then the partition's row,
 * whose being there says that there is more. So it goes on after a crash, wherever that
 * was.
 */
final class DeletedTopics {

	private static final Logger log = LoggerFactory.getLogger(DeletedTopics.class);

	/** Rows a transaction. */
	private static final int CHUNK = 256;

	private final Transactions transactions;

	DeletedTopics(Transactions transactions) {
		this.transactions = transactions;
	}

	/**
	 * Purges all there is to purge.
	 * @param running asked before each transaction
	 */
	void purge(BooleanSupplier running) {
		int partitions = 0;
		Step step = Step.MORE;
		while (step != Step.NONE && running.getAsBoolean()) {
			step = this.transactions.inRoundTrips((statements) -> step(new RetentionTables(statements)));
			partitions += (step == Step.PARTITION_DONE) ? 1 : 0;
		}
		if (partitions > 0) {
			log.info("Purged {} partitions of deleted topics", partitions);
		}
	}

	private static Step step(RetentionTables tables) {
		return tables.lockOrphan().map((partition) -> {
			if (tables.deleteBatches(partition, Long.MAX_VALUE, CHUNK) || tables.deleteSequences(partition, CHUNK)) {
				return Step.MORE;
			}
			tables.deletePartition(partition);
			return Step.PARTITION_DONE;
		}).orElse(Step.NONE);
	}

	private enum Step {

		MORE, PARTITION_DONE, NONE

	}

}
