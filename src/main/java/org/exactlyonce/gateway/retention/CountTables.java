package org.exactlyonce.gateway.retention;

import java.util.List;

import org.exactlyonce.gateway.statement.RoundTrip;

/**
 * The statements by which the bytes of a partition are counted.
 */
final class CountTables {

	private static final String UNCOUNTED = """
			select partition_id, log_start_offset from log_partition
			where held_bytes is null and topic_id is not null order by partition_id""";

	private static final String COUNT = """
			select max(behind), sum(bytes), count(*) from (
				select base_offset + record_count as behind, octet_length(payload) as bytes from record_batch
				where partition_id = ? and base_offset >= ?
				order by partition_id, base_offset fetch first ? rows only) chunk""";

	private static final String LOCK_UNCOUNTED = """
			select partition_id from log_partition
			where partition_id = ? and held_bytes is null and log_start_offset = ? for update""";

	private static final String SET_COUNT = """
			update log_partition set held_bytes = ?, row_version = row_version + 1 where partition_id = ?""";

	private final RoundTrip statements;

	CountTables(RoundTrip statements) {
		this.statements = statements;
	}

	/** The partitions whose bytes are not counted. */
	List<PartitionStart> uncounted() {
		return this.statements.list(UNCOUNTED, (row) -> new PartitionStart(row.getInt(1), row.getLong(2)));
	}

	/** Counts on, over so many batches at most. */
	Counted count(PartitionStart partition, Counted before, int most) {
		Counted more = this.statements
			.list(COUNT, (row) -> new Counted(row.getLong(1), row.getLong(2), row.getInt(3)), partition.partition(),
					before.end(), most)
			.get(0);
		return (more.batches() == 0) ? new Counted(before.end(), before.bytes(), 0)
				: new Counted(more.end(), before.bytes() + more.bytes(), more.batches());
	}

	/**
	 * Counts the rest under the partition's lock; false if it starts elsewhere by now.
	 */
	boolean setCount(PartitionStart partition, Counted nearly) {
		if (this.statements.list(LOCK_UNCOUNTED, (row) -> row.getInt(1), partition.partition(), partition.start())
			.isEmpty()) {
			return false;
		}
		Counted all = count(partition, nearly, Integer.MAX_VALUE);
		this.statements.update(SET_COUNT, all.bytes(), partition.partition()).run();
		return true;
	}

	/**
	 * Where a partition starts.
	 *
	 * @param partition its id
	 * @param start the offset of its first batch
	 */
	record PartitionStart(int partition, long start) {
	}

	/**
	 * What was counted.
	 *
	 * @param end the offset behind the last batch
	 * @param bytes what all batches take so far
	 * @param batches how many the last look found
	 */
	record Counted(long end, long bytes, int batches) {
	}

}
