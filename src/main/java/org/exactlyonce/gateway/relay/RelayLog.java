package org.exactlyonce.gateway.relay;

import java.util.List;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.topic.PartitionGoneException;

/**
 * The log as the relay reads it: never past what is known to be durable, in pages of a
 * bounded size. Each worker holds one page at a time, so the number of workers bounds the
 * memory and the connections.
 */
final class RelayLog {

	private static final int PAGE_RECORDS = 10_000;

	private static final long PAGE_BYTES = 1024 * 1024;

	static final String RIGHT_DATABASE = "Connect the gateway to the database that was relayed so far.";

	private final LogReader reader;

	private final DurableEnds ends;

	RelayLog(LogReader reader, DurableEnds ends) {
		this.reader = reader;
		this.ends = ends;
	}

	/**
	 * Reads from the part of a partition that is durable.
	 * @param partition the partition
	 * @param from where to start
	 * @param before where to end at the latest
	 * @return the records; none if there is none yet
	 * @throws RelayRefusedException if the log starts behind
	 */
	List<StoredRecord> page(RelayedPartition partition, long from, long before) {
		int limit = (int) Math.min(PAGE_RECORDS, before - from);
		if (limit <= 0) {
			return List.of();
		}
		try (PageMemory memory = PageMemory.uncounted()) {
			LogReader.Page page = this.reader.readDurable(partition.id(), from, limit, PAGE_BYTES, memory);
			if (page.isBeforeStart()) {
				throw new RelayRefusedException(
						"The next record of partition " + partition + " to be relayed is " + from
								+ ", but the log starts at " + page.bounds().start() + ": it was deleted.",
						"To leave out what is deleted, " + anew(partition)
								+ ": the log is relayed to them from where it starts.");
			}
			return page.records();
		}
	}

	/** Where a partition is known to end. */
	long end(RelayedPartition partition) {
		return this.ends.end(partition.id());
	}

	/** How many logs were put back to an earlier end, as far as is known. */
	int putBacks() {
		return this.ends.putBacks();
	}

	/**
	 * Asks the database where a partition starts, as what is before is deleted, and ends.
	 * @throws PartitionGoneException if its topic was deleted
	 */
	LogReader.Bounds bounds(RelayedPartition partition) {
		return this.reader.bounds(partition.id());
	}

	/** Calls once when there is a record at an offset. */
	DurableEnds.Waiter await(RelayedPartition partition, long offset, Runnable ready) {
		return this.ends.awaitPatiently(partition.id(), offset, ready);
	}

	/**
	 * Asks the database where the partition ends, and whether it is the one that was
	 * relayed so far.
	 * @param partition the partition
	 * @param cursor how far Kafka says it is relayed
	 * @throws RelayRefusedException if the log has no such record before the cursor
	 */
	void verify(RelayedPartition partition, Cursor cursor) {
		long end = bounds(partition).end();
		if (cursor.nextOffset() == 0) {
			return;
		}
		List<StoredRecord> last = page(partition, cursor.nextOffset() - 1, cursor.nextOffset());
		if (last.isEmpty() || !cursor.follows(last.get(0))) {
			throw new RelayRefusedException(
					"Kafka has " + cursor.nextOffset() + " records of partition " + partition
							+ ", the last of which is not in this log, whose end is " + end
							+ ": the database is another one, or an older copy was put back.",
					RIGHT_DATABASE + " If that is lost, " + anew(partition)
							+ ": this log is relayed to them from its start.");
		}
	}

	private static String anew(RelayedPartition partition) {
		return "name topics that do not exist yet in " + (partition.topic().isRecords()
				? "gateway.relay.topic and gateway.relay.cursor-topic" : "gateway.relay.topic-prefix");
	}

}
