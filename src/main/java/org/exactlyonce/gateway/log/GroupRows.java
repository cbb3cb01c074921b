package org.exactlyonce.gateway.log;

import java.lang.reflect.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

import org.exactlyonce.gateway.log.AppendGroup.Sequence;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one group: locked and read at its start, written at its end, a table in one
 * statement. In one transaction.
 */
final class GroupRows {

	private static final String LOCK = """
			select partition_id, log_start_offset, log_end_offset, producers, version, last_appended_end,
				last_appended_at from log_partition
			where partition_id = any(cast(? as integer array)) order by partition_id for update""";

	private static final String INSERT_BATCHES = """
			insert into record_batch (partition_id, base_offset, record_count, producer_id, producer_epoch,
				base_sequence, digest, payload, appended_at)
			select q.partition_id, q.base_offset, q.record_count, q.producer_id, q.producer_epoch,
				q.base_sequence, q.digest, q.payload, q.appended_at
			from unnest(cast(? as integer array), cast(? as bigint array), cast(? as integer array),
				cast(? as bigint array), cast(? as bigint array), cast(? as bigint array),
				cast(? as bytea array), cast(? as bytea array), cast(? as timestamp(3) with time zone array))
				q(partition_id, base_offset, record_count, producer_id, producer_epoch, base_sequence, digest, payload,
					appended_at)""";

	/**
	 * A row that somebody else has moved, added or removed gets no version, which the
	 * table refuses. Nobody could look at counts before a commit that travels along.
	 */
	private static final String MERGE_SEQUENCES = """
			merge into producer_sequence s using (select *
				from unnest(cast(? as integer array), cast(? as bigint array), cast(? as bigint array),
					cast(? as bigint array), cast(? as bigint array))
					r(partition_id, producer_id, last_sequence, last_offset, version)) q
			on s.partition_id = q.partition_id and s.producer_id = q.producer_id
			when matched then update set last_sequence = q.last_sequence, last_offset = q.last_offset,
				version = case when s.version = q.version then q.version + 1 end
			when not matched then insert (partition_id, producer_id, last_sequence, last_offset, version)
				values (q.partition_id, q.producer_id, q.last_sequence, q.last_offset,
					case when q.version is null then 0 end)""";

	/** Guarded by the version too. */
	private static final String ADVANCE_PARTITIONS = """
			merge into log_partition p using (select *
				from unnest(cast(? as integer array), cast(? as bigint array), cast(? as bigint array),
					cast(? as bigint array), cast(? as timestamp(3) with time zone array))
					r(partition_id, log_end_offset, producers, version, last_appended_at)) q
			on p.partition_id = q.partition_id
			when matched then update set log_end_offset = q.log_end_offset, producers = q.producers,
				last_appended_end = q.log_end_offset, last_appended_at = q.last_appended_at,
				version = case when p.version = q.version then q.version + 1 end
			when not matched then insert (partition_id, log_start_offset, log_end_offset, producers, version)
				values (q.partition_id, 0, q.log_end_offset, q.producers, null)""";

	private final Statements statements;

	private final StatelessSession session;

	/**
	 * The rows of a group.
	 * @param statements travel together, in the transaction of the session
	 * @param session has the transaction
	 */
	GroupRows(Statements statements, StatelessSession session) {
		this.statements = statements;
		this.session = session;
	}

	/**
	 * Locks the partitions of a group, then reads its producers: a later statement, so
	 * that its snapshot is younger than the lock, and an epoch raised before the lock was
	 * granted is seen.
	 * @param requests the group
	 * @param clock tells when they are appended, after the lock was granted
	 * @return the group, to be judged
	 */
	AppendGroup lock(List<AppendRequest> requests, Supplier<Instant> clock) {
		Set<Integer> wanted = new TreeSet<>();
		Set<ProducerSequence.Key> producers = new LinkedHashSet<>();
		for (AppendRequest request : requests) {
			wanted.add(request.partition());
			ProducerSequence.Key key = request.sequenceKey();
			if (key != null) {
				producers.add(key);
			}
		}
		Map<Integer, LogPartition> partitions = new TreeMap<>();
		List<LogPartition> moved = new ArrayList<>();
		Map<ProducerSequence.Key, Sequence> sequences = AppendGroup.states();
		this.statements.query(LOCK, (row) -> partitions.put(row.getInt(1), partition(row, moved)),
				(Object) wanted.toArray(Integer[]::new));
		SequenceQueries.read(this.statements, producers, sequences::put);
		this.statements.run();
		moved.forEach(this::readLastAppended);
		return new AppendGroup(partitions, sequences, clock.get());
	}

	private static LogPartition partition(ResultSet row, List<LogPartition> moved) throws SQLException {
		LogPartition partition = new LogPartition(row.getInt(1), row.getLong(2), row.getLong(3), row.getLong(4),
				row.getLong(5));
		OffsetDateTime lastAppendedAt = row.getObject(7, OffsetDateTime.class);
		if (lastAppendedAt != null) {
			partition.appendAt(lastAppendedAt.toInstant());
		}
		if (row.getLong(6) != partition.logEndOffset()) {
			moved.add(partition);
		}
		return partition;
	}

	/**
	 * Version 0.1 appends without saying so in these columns. Where the partition's end
	 * has moved without them, the newest batch is asked too.
	 */
	private void readLastAppended(LogPartition partition) {
		new BatchQueries(this.session, partition.partition()).appendedAt(partition.logEndOffset() - 1)
			.ifPresent(partition::appendAt);
	}

	/**
	 * Writes what a group has changed, and commits where that travels along.
	 * @param batches the batches, at least one
	 * @param sequences the sequences that have changed
	 * @param partitions the partitions that have changed
	 * @return whether the database has confirmed a commit that travelled along
	 * @throws LogAppender.CommitUnknownException if all of it may or may not be committed
	 * @throws RuntimeException if it is rolled back, or to be
	 */
	boolean write(List<RecordBatch> batches, Map<ProducerSequence.Key, Sequence> sequences,
			Collection<LogPartition> partitions) {
		insert(batches);
		if (!sequences.isEmpty()) {
			merge(sequences);
		}
		advance(partitions);
		return this.statements.runAndCommit();
	}

	private void insert(List<RecordBatch> batches) {
		this.statements.update(INSERT_BATCHES, column(Integer.class, batches, RecordBatch::partition),
				column(Long.class, batches, RecordBatch::baseOffset),
				column(Integer.class, batches, RecordBatch::recordCount),
				column(Long.class, batches, RecordBatch::producerId),
				column(Long.class, batches, RecordBatch::producerEpoch),
				column(Long.class, batches, RecordBatch::baseSequence),
				column(byte[].class, batches, RecordBatch::digest), column(byte[].class, batches, RecordBatch::payload),
				column(Instant.class, batches, RecordBatch::appendedAt));
	}

	/** Inserts a producer that is new to a partition, updates the others. */
	private void merge(Map<ProducerSequence.Key, Sequence> changed) {
		Set<ProducerSequence.Key> keys = changed.keySet();
		Collection<Sequence> sequences = changed.values();
		this.statements.update(MERGE_SEQUENCES, column(Integer.class, keys, ProducerSequence.Key::partition),
				column(Long.class, keys, ProducerSequence.Key::producerId),
				column(Long.class, sequences, Sequence::lastSequence),
				column(Long.class, sequences, Sequence::lastOffset), column(Long.class, sequences, Sequence::version));
	}

	private void advance(Collection<LogPartition> partitions) {
		this.statements.update(ADVANCE_PARTITIONS, column(Integer.class, partitions, LogPartition::partition),
				column(Long.class, partitions, LogPartition::logEndOffset),
				column(Long.class, partitions, LogPartition::producers),
				column(Long.class, partitions, LogPartition::version),
				column(Instant.class, partitions, LogPartition::lastAppendedAt));
	}

	@SuppressWarnings("unchecked")
	private static <R, T> T[] column(Class<T> type, Collection<R> rows, Function<R, @Nullable T> value) {
		return rows.stream().map(value).toArray((size) -> (T[]) Array.newInstance(type, size));
	}

}
