package org.exactlyonce.gateway.retention;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

import org.exactlyonce.gateway.store.RoundTrip;
import org.jspecify.annotations.Nullable;

/**
 * The statements of retention. Each transaction begins with a lock that no append takes;
 * a replica that does not get it leaves the work to the one that has it.
 */
final class RetentionTables {

	private static final String RETAINED = """
			select t.id, p.partition_id, p.log_start_offset, p.log_end_offset, p.held_bytes, t.retention_ms,
				t.retention_bytes
			from log_partition p join topic t on t.id = p.topic_id
			where (t.retention_ms is not null or t.retention_bytes is not null)
				and p.log_end_offset > p.log_start_offset
			order by p.partition_id""";

	private static final String LOCK_TOPIC = "select id from topic where id = ? for update skip locked";

	private static final String LOCK_ORPHAN = """
			select partition_id from log_partition where topic_id is null
			order by partition_id fetch first 1 row only for update skip locked""";

	private static final String FIRST_BATCHES = """
			select base_offset, record_count, appended_at, octet_length(payload) from record_batch
			where partition_id = ? and base_offset >= ? order by partition_id, base_offset fetch first ? rows only""";

	private static final String RELAYED = """
			select min(coalesce(relayed_offset, 0)) from relay_lease where partition_id = ?""";

	private static final String RAISE_START = """
			update log_partition set log_start_offset = ?, held_bytes = held_bytes - ?, row_version = row_version + 1
			where partition_id = ?""";

	private static final String LOCK_START = """
			select partition_id from log_partition where partition_id = ? and log_start_offset = ?
				and topic_id is not null for update""";

	private static final String UNCOUNTED = """
			select partition_id, log_start_offset from log_partition
			where held_bytes is null and topic_id is not null order by partition_id""";

	private static final String COUNT = """
			select max(base_offset + record_count), sum(octet_length(payload)), count(*) from (
				select base_offset, record_count, payload from record_batch
				where partition_id = ? and base_offset >= ?
				order by partition_id, base_offset fetch first ? rows only) chunk""";

	private static final String LOCK_UNCOUNTED = """
			select partition_id from log_partition
			where partition_id = ? and held_bytes is null and log_start_offset = ? for update""";

	private static final String SET_COUNT = """
			update log_partition set held_bytes = ?, row_version = row_version + 1 where partition_id = ?""";

	private static final String CHUNK_BELOW = """
			select max(base_offset) from (select base_offset from record_batch
				where partition_id = ? and base_offset < ? order by partition_id, base_offset
				fetch first ? rows only) chunk""";

	private static final String DELETE_BATCHES = """
			delete from record_batch where partition_id = ? and base_offset <= ?""";

	private static final String SEQUENCES = """
			select producer_id from producer_sequence where partition_id = ? fetch first ? rows only""";

	private static final String DELETE_SEQUENCES = """
			delete from producer_sequence where partition_id = ? and producer_id = any(cast(? as bigint array))""";

	private final RoundTrip statements;

	RetentionTables(RoundTrip statements) {
		this.statements = statements;
	}

	/** The partitions that are not kept for ever, unless they are empty. */
	List<RetainedLog> retained() {
		return this.statements.list(RETAINED, (row) -> new RetainedLog(row.getInt(1), row.getInt(2), row.getLong(3),
				row.getLong(4), number(row, 5), number(row, 6), number(row, 7)));
	}

	private static @Nullable Long number(ResultSet row, int column) throws SQLException {
		long number = row.getLong(column);
		return row.wasNull() ? null : (Long) number;
	}

	/** Whether this replica has a topic to itself; false if it is gone too. */
	boolean lockTopic(int topicId) {
		return !this.statements.list(LOCK_TOPIC, (row) -> row.getInt(1), topicId).isEmpty();
	}

	/** A partition of a deleted topic that no other replica is at. */
	Optional<Integer> lockOrphan() {
		return this.statements.list(LOCK_ORPHAN, (row) -> row.getInt(1)).stream().findFirst();
	}

	/** The first batches of a partition. */
	List<KeptBatch> firstBatches(int partition, long start, int most) {
		return this.statements
			.list(FIRST_BATCHES,
					(row) -> new KeptBatch(row.getLong(1), row.getLong(1) + row.getInt(2),
							row.getObject(3, OffsetDateTime.class).toInstant(), row.getLong(4)),
					partition, start, most);
	}

	/** How far all relays of a partition have come; no limit if it is not relayed. */
	long relayedOffset(int partition) {
		return this.statements.list(RELAYED, (row) -> Optional.ofNullable(number(row, 1)), partition)
			.get(0)
			.orElse(Long.MAX_VALUE);
	}

	/**
	 * Lets a partition start later. What is below is there until it is deleted.
	 * @param partition the partition
	 * @param start where it is to start
	 * @param bytes what its batches take until there
	 * @return false if it does not start where it did when it was read
	 */
	boolean raiseStart(RetainedLog partition, long start, long bytes) {
		if (this.statements.list(LOCK_START, (row) -> row.getInt(1), partition.partition(), partition.start())
			.isEmpty()) {
			return false;
		}
		this.statements.update(RAISE_START, start, bytes, partition.partition()).run();
		return true;
	}

	/** The partitions whose bytes are not counted. */
	List<Uncounted> uncounted() {
		return this.statements.list(UNCOUNTED, (row) -> new Uncounted(row.getInt(1), row.getLong(2)));
	}

	/** Counts on, over so many batches at most. */
	Counted count(Uncounted partition, Counted before, int most) {
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
	boolean setCount(Uncounted partition, Counted nearly) {
		if (this.statements.list(LOCK_UNCOUNTED, (row) -> row.getInt(1), partition.partition(), partition.start())
			.isEmpty()) {
			return false;
		}
		Counted all = count(partition, nearly, Integer.MAX_VALUE);
		this.statements.update(SET_COUNT, all.bytes(), partition.partition()).run();
		return true;
	}

	/**
	 * Deletes batches below an offset.
	 * @param partition the partition
	 * @param offset the offset of the first batch that stays
	 * @param most how many at most
	 * @return whether there were any
	 */
	boolean deleteBatches(int partition, long offset, int most) {
		Optional<Long> last = this.statements
			.list(CHUNK_BELOW, (row) -> Optional.ofNullable(number(row, 1)), partition, offset, most)
			.get(0);
		last.ifPresent((base) -> this.statements.update(DELETE_BATCHES, partition, base).run());
		return last.isPresent();
	}

	/** Deletes sequences of a partition that is of no topic; false if there are none. */
	boolean deleteSequences(int partition, int most) {
		List<Long> producers = this.statements.list(SEQUENCES, (row) -> row.getLong(1), partition, most);
		if (producers.isEmpty()) {
			return false;
		}
		this.statements.update(DELETE_SEQUENCES, partition, producers.toArray(Long[]::new)).run();
		return true;
	}

	/** Deletes what is left of a partition that is empty. */
	void deletePartition(int partition) {
		this.statements.update("delete from relay_lease where partition_id = ?", partition)
			.update("delete from log_partition where partition_id = ?", partition)
			.run();
	}

	/**
	 * A partition whose bytes are not counted.
	 *
	 * @param partition its id
	 * @param start the offset of its first batch
	 */
	record Uncounted(int partition, long start) {
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
