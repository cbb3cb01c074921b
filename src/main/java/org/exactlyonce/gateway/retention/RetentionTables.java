package org.exactlyonce.gateway.retention;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.exactlyonce.gateway.statement.RoundTrip;
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

	private static final String LOCK_TOPIC = """
			select retention_ms, retention_bytes from topic where id = ? for update skip locked""";

	private static final String ORPHANS = """
			select partition_id from log_partition where topic_id is null order by partition_id""";

	private static final String LOCK_ORPHAN = """
			select partition_id from log_partition where partition_id = ? and topic_id is null
			for update skip locked""";

	private static final String SHORTENED = """
			select partition_id from log_partition
			where log_start_offset > 0 and topic_id is not null order by partition_id""";

	private static final String BATCHES = """
			select base_offset, record_count, appended_at, octet_length(payload) from record_batch
			where partition_id = ? and base_offset >= ? and base_offset < ?
			order by partition_id, base_offset fetch first ? rows only""";

	/** The next in the index: to read all leases for a few names takes too long. */
	private static final String NEXT_RELAY = """
			select topic from relay_lease where topic > ? order by topic fetch first 1 row only""";

	private static final String OLD_RELAY = """
			select topic from relay_lease where topic = '' fetch first 1 row only""";

	private static final String RELAYED = """
			select topic, relayed_offset from relay_lease
			where topic = any(cast(? as varchar array)) and partition_id = ?""";

	private static final String LIVE_RELAYS = """
			select topic from relay_member where alive_until >= current_timestamp""";

	/** What is not counted stays so: {@code greatest} passes over null. */
	private static final String RAISE_START = """
			update log_partition set log_start_offset = ?, row_version = row_version + 1,
				held_bytes = case when held_bytes is not null then greatest(held_bytes - ?, 0) end
			where partition_id = ?""";

	private static final String LOCK_START = """
			select partition_id from log_partition where partition_id = ? and log_start_offset = ?
				and topic_id is not null for update""";

	private static final String DELETE_BATCHES = """
			delete from record_batch where partition_id = ? and base_offset <= ?""";

	private static final String SEQUENCES = """
			select producer_id from producer_sequence where partition_id = ? fetch first ? rows only""";

	private static final String DELETE_SEQUENCES = """
			delete from producer_sequence where partition_id = ? and producer_id = any(cast(? as bigint array))""";

	/** Batches a transaction: more, while they are small. */
	private static final int[] CHUNKS = { 16, 128 };

	private static final long CHUNK_BYTES = 4 * 1024 * 1024;

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

	/**
	 * Has a topic to itself.
	 * @param partition one of its partitions
	 * @return the partition with the retention as it is now; nothing if another replica
	 * is at the topic, or it is gone
	 */
	Optional<RetainedLog> lockTopic(RetainedLog partition) {
		return this.statements
			.list(LOCK_TOPIC, (row) -> partition.retaining(number(row, 1), number(row, 2)), partition.topicId())
			.stream()
			.findFirst();
	}

	/** The partitions of deleted topics. */
	List<Integer> orphans() {
		return this.statements.list(ORPHANS, (row) -> row.getInt(1));
	}

	/** Whether this replica has a partition of a deleted topic to itself. */
	boolean lockOrphan(int partition) {
		return !this.statements.list(LOCK_ORPHAN, (row) -> row.getInt(1), partition).isEmpty();
	}

	/** The partitions that do not start at 0 any more. */
	List<Integer> shortened() {
		return this.statements.list(SHORTENED, (row) -> row.getInt(1));
	}

	/** The first batches within two offsets. */
	List<KeptBatch> batches(int partition, long from, long before, int most) {
		return this.statements.list(BATCHES,
				(row) -> new KeptBatch(row.getLong(1), row.getLong(1) + row.getInt(2),
						row.getObject(3, OffsetDateTime.class).toInstant(), row.getLong(4)),
				partition, from, before, most);
	}

	/**
	 * As many of them as a transaction may delete: H2 has whole rows in memory, and reads
	 * them to size them.
	 */
	List<KeptBatch> chunk(int partition, long from, long before) {
		List<KeptBatch> batches = List.of();
		for (int most : CHUNKS) {
			batches = batches(partition, from, before, most);
			long bytes = 0;
			for (int i = 0; i < batches.size(); i++) {
				bytes += batches.get(i).bytes();
				if (i > 0 && bytes > CHUNK_BYTES) {
					return batches.subList(0, i);
				}
			}
			if (batches.size() < most) {
				return batches;
			}
		}
		return batches;
	}

	/**
	 * How far each relay of a partition has come. One that has no lease of it has not
	 * seen it yet, and is at 0.
	 * @return by destination; empty if the log is not relayed
	 */
	Map<String, Long> relayedOffsets(RetainedLog partition) {
		Map<String, Long> relayed = new TreeMap<>();
		relays().forEach((relay) -> relayed.put(relay, 0L));
		if (!relayed.isEmpty()) {
			this.statements.list(RELAYED, (row) -> relayed.put(row.getString(1), row.getLong(2)),
					relayed.keySet().toArray(String[]::new), partition.partition());
		}
		return relayed;
	}

	/** Leases without a name are version 0.1's, and have been taken over. */
	private List<String> relays() {
		List<String> relays = new ArrayList<>();
		List<String> next = this.statements.list(NEXT_RELAY, (row) -> row.getString(1), "");
		while (!next.isEmpty()) {
			relays.add(next.get(0));
			next = this.statements.list(NEXT_RELAY, (row) -> row.getString(1), next.get(0));
		}
		return relays.isEmpty() ? this.statements.list(OLD_RELAY, (row) -> row.getString(1)) : relays;
	}

	/** Which destinations a gateway relays to now. */
	Set<String> liveRelays() {
		return Set.copyOf(this.statements.list(LIVE_RELAYS, (row) -> row.getString(1)));
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

	/**
	 * Deletes some of the batches below the start. That is read in the transaction that
	 * deletes: a database that has failed over may have lost the commit that raised it,
	 * and then it still promises what is below.
	 * @param partition the partition
	 * @return whether there were any
	 */
	boolean deleteBelowStart(int partition) {
		List<Long> start = this.statements.list("select log_start_offset from log_partition where partition_id = ?",
				(row) -> row.getLong(1), partition);
		return !start.isEmpty() && deleteBatches(partition, start.get(0));
	}

	/** Deletes some of the batches below an offset; false if there are none. */
	boolean deleteBatches(int partition, long before) {
		List<KeptBatch> batches = chunk(partition, 0, before);
		if (batches.isEmpty()) {
			return false;
		}
		this.statements.update(DELETE_BATCHES, partition, batches.get(batches.size() - 1).base()).run();
		return true;
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

}
