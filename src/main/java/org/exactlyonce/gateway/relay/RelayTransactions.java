package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.log.LogReader.StoredRecord;

/**
 * Fills Kafka transactions from the log, several pages in each: while Kafka gets one, the
 * next is read. Thread-safe.
 */
final class RelayTransactions {

	/** Where a transaction ends, though it takes its last page whole. */
	private static final int MAX_RECORDS = 50_000;

	private static final long MAX_BYTES = 8 * 1024 * 1024;

	private static final long MAX_NANOS = Duration.ofMillis(500).toNanos();

	private final RelayLog log;

	private final RelayMetrics metrics;

	RelayTransactions(RelayLog log, RelayMetrics metrics) {
		this.log = log;
		this.metrics = metrics;
	}

	/**
	 * Relays the next transaction.
	 * @param partition the partition
	 * @param producer its producer, no transaction begun
	 * @param before where to end at the latest
	 * @return about how many bytes it had; 0 if there was no record for it
	 */
	long relay(RelayedPartition partition, FencedProducer producer, long before) {
		long began = System.nanoTime();
		long first = producer.cursor().nextOffset();
		List<StoredRecord> page = this.log.page(partition, first, before);
		if (page.isEmpty()) {
			return 0;
		}
		producer.begin();
		int records = 0;
		long bytes = 0;
		while (!page.isEmpty()) {
			page.forEach(producer::add);
			records += page.size();
			bytes += page.stream().mapToLong(RelayedRecord::weight).sum();
			boolean full = records >= MAX_RECORDS || bytes >= MAX_BYTES || System.nanoTime() - began > MAX_NANOS;
			page = full ? List.of() : this.log.page(partition, first + records, before);
		}
		producer.commit();
		this.metrics.committed(records, System.nanoTime() - began);
		return bytes;
	}

}
