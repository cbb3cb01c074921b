package org.exactlyonce.gateway.retention;

import java.util.List;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.retention.CountTables.PartitionStart;
import org.exactlyonce.gateway.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what partitions hold that were written by a gateway without topics, once. The
 * last part is counted under the partition's lock, so that no append is missed.
 */
final class UncountedBytes {

	private static final Logger log = LoggerFactory.getLogger(UncountedBytes.class);

	private static final int CHUNK = 512;

	private final Transactions transactions;

	UncountedBytes(Transactions transactions) {
		this.transactions = transactions;
	}

	/**
	 * Counts all there is to count.
	 * @param running asked before each transaction
	 */
	void count(BooleanSupplier running) {
		List<PartitionStart> partitions = this.transactions
			.inRoundTrips((statements) -> new CountTables(statements).uncounted());
		Each.of(partitions, (partition) -> count(partition, running));
		if (!partitions.isEmpty() && running.getAsBoolean()) {
			log.info("Counted the bytes of {} partitions", partitions.size());
		}
	}

	private void count(PartitionStart partition, BooleanSupplier running) {
		CountTables.Counted counted = new CountTables.Counted(partition.start(), 0, CHUNK);
		while (counted.batches() == CHUNK && running.getAsBoolean()) {
			CountTables.Counted before = counted;
			counted = this.transactions
				.inRoundTrips((statements) -> new CountTables(statements).count(partition, before, CHUNK));
		}
		CountTables.Counted nearly = counted;
		if (running.getAsBoolean()) {
			this.transactions.inRoundTrips((statements) -> new CountTables(statements).setCount(partition, nearly));
		}
	}

}
