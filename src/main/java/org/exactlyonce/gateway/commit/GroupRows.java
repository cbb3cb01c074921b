package org.exactlyonce.gateway.commit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.exactlyonce.gateway.ids.IdLookUp;
import org.exactlyonce.gateway.ids.IdTable;
import org.exactlyonce.gateway.ids.TopicRecordId;
import org.exactlyonce.gateway.log.OffsetIndex;
import org.exactlyonce.gateway.log.RecordBatch;
import org.exactlyonce.gateway.producer.OwnerColumn;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceTable;
import org.exactlyonce.gateway.statement.CommitUnknownException;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.statement.RowsStatement;
import org.exactlyonce.gateway.store.Fences;
import org.jspecify.annotations.Nullable;

import static org.exactlyonce.gateway.statement.RoundTrip.column;

/**
 * The rows of one group: locked and read at its start, written at its end. In one
 * transaction.
 */
final class GroupRows implements AutoCloseable {

	private static final String LOCK = """
			select partition_id, partition_number, log_end_offset, producers, row_version, last_appended_end,
				last_appended_at from log_partition
			where partition_id = any(cast(? as integer array)) and topic_id is not null
			order by partition_id for update""";

	private static final String LAYOUTS = """
			select id, partitions from topic where id = any(cast(? as integer array))""";

	private static final RowsStatement INSERT_BATCHES = new RowsStatement("""
			insert into record_batch (partition_id, base_offset, record_count, producer_id, producer_epoch,
				base_sequence, digest, payload, appended_at)
			select q.partition_id, q.base_offset, q.record_count, q.producer_id, q.producer_epoch,
				q.base_sequence, q.digest, q.payload, q.appended_at
			from unnest(cast(? as integer array), cast(? as bigint array), cast(? as integer array),
				cast(? as bigint array), cast(? as bigint array), cast(? as bigint array),
				cast(? as bytea array), cast(? as bytea array), cast(? as timestamp(3) with time zone array))
				q(partition_id, base_offset, record_count, producer_id, producer_epoch, base_sequence, digest, payload,
					appended_at)""", """
			insert into record_batch (partition_id, base_offset, record_count, producer_id, producer_epoch,
				base_sequence, digest, payload, appended_at)
			values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)""");

	/**
	 * A row that another writer has moved or removed gets no version, which the table
	 * refuses.
	 */
	private static final RowsStatement ADVANCE_PARTITIONS = new RowsStatement("""
			merge into log_partition p using (select *
				from unnest(cast(? as integer array), cast(? as bigint array), cast(? as bigint array),
					cast(? as bigint array), cast(? as timestamp(3) with time zone array),
					cast(? as bigint array))
					r(partition_id, log_end_offset, producers, row_version, last_appended_at, added_bytes)) q
			on p.partition_id = q.partition_id
			when matched then update set log_end_offset = q.log_end_offset, producers = q.producers,
				held_bytes = p.held_bytes + q.added_bytes,
				last_appended_end = q.log_end_offset, last_appended_at = q.last_appended_at,
				row_version = case when p.row_version = q.row_version then q.row_version + 1 end
			when not matched then insert (partition_id, log_start_offset, log_end_offset, producers, row_version)
				values (q.partition_id, 0, q.log_end_offset, q.producers, null)""", """
			merge into log_partition p using dual on p.partition_id = ?1
			when matched then update set log_end_offset = ?2, producers = ?3, held_bytes = p.held_bytes + ?6,
				last_appended_end = ?2, last_appended_at = ?5,
				row_version = case when p.row_version = ?4 then p.row_version + 1 end
			when not matched then insert (partition_id, log_start_offset, log_end_offset, producers, row_version)
				values (?1, 0, ?2, ?3, null)""");

	private final RoundTrip statements;

	private final Fences fences;

	private Fences.@Nullable Shared shared;

	/**
	 * The rows of a group.
	 * @param statements travel together, in one transaction
	 * @param fences wait for the group, until it is {@linkplain #close() closed}
	 */
	GroupRows(RoundTrip statements, Fences fences) {
		this.statements = statements;
		this.fences = fences;
	}

	/**
	 * Locks the partitions of a group, then holds off fences of its producers, then reads
	 * them: a later statement, so that its snapshot is younger than the locks, and an
	 * epoch raised before they were granted is seen.
	 * @param requests the group
	 * @return what is committed
	 */
	GroupState lock(List<AppendRequest> requests) {
		Set<Integer> wanted = new TreeSet<>();
		Set<ProducerSequence.Key> producers = new LinkedHashSet<>();
		Set<Integer> topics = new TreeSet<>();
		Set<TopicRecordId> ids = new LinkedHashSet<>();
		for (AppendRequest request : requests) {
			request.parts().forEach((part) -> wanted.add(part.partition()));
			request.sequenced().map(request::key).ifPresent(producers::add);
			ids.addAll(request.ids());
			if (request.layout() != null) {
				topics.add(request.layout().topicId());
			}
		}
		GroupState state = new GroupState(new HashMap<>(), new HashMap<>(), new HashSet<>(), new HashMap<>());
		List<PartitionState> moved = new ArrayList<>();
		this.statements.query(LOCK, (row) -> {
			PartitionState partition = partition(row);
			state.partitions().put(partition.partition(), partition);
			if (row.getLong("last_appended_end") != partition.logEndOffset()) {
				moved.add(partition);
			}
		}, (Object) wanted.toArray(Integer[]::new));
		this.shared = this.fences.share(this.statements,
				producers.stream().map(ProducerSequence.Key::producerId).toList());
		SequenceTable.read(this.statements, producers, state.sequences()::put);
		IdLookUp known = new IdLookUp(this.statements);
		known.add(ids);
		if (!topics.isEmpty()) {
			this.statements.query(LAYOUTS,
					(row) -> state.layouts().add(new AppendRequest.Layout(row.getInt(1), row.getInt(2))),
					(Object) topics.toArray(Integer[]::new));
		}
		this.statements.run();
		state.ids().putAll(known.known());
		moved.forEach((partition) -> state.partitions().put(partition.partition(), withLastAppended(partition)));
		return state;
	}

	private static PartitionState partition(ResultSet row) throws SQLException {
		OffsetDateTime lastAppendedAt = row.getObject("last_appended_at", OffsetDateTime.class);
		return new PartitionState(row.getInt("partition_id"), row.getInt("partition_number"),
				row.getLong("log_end_offset"), row.getLong("producers"), row.getLong("row_version"),
				(lastAppendedAt != null) ? lastAppendedAt.toInstant() : null, 0);
	}

	/**
	 * Version 0.1 appends without saying so in these columns. Where the partition's end
	 * has moved without them, the newest batch is asked too.
	 */
	private PartitionState withLastAppended(PartitionState partition) {
		return new OffsetIndex(this.statements, partition.partition()).appendedAt(partition.logEndOffset() - 1)
			.map(partition::appendedAt)
			.orElse(partition);
	}

	/**
	 * Locks producers that had no owner when they were read. Their owners are certain
	 * from here to the end of the transaction.
	 * @param committed what was read
	 * @param producerIds the producers to be claimed
	 * @return what is committed, with their owners as they are now
	 */
	GroupState lockOwners(GroupState committed, Collection<Long> producerIds) {
		Map<Long, @Nullable String> owners = new HashMap<>();
		OwnerColumn.lock(this.statements, producerIds, owners::put);
		this.statements.run();
		return committed.ownedBy(owners);
	}

	/**
	 * Writes what a group has changed, and commits.
	 * @param changes the changes, with at least one batch
	 * @return whether the database has confirmed the commit as durable
	 * @throws CommitUnknownException if all of it may or may not be committed
	 * @throws RuntimeException if it is rolled back, or to be
	 */
	boolean writeAndCommit(Judged.Changes changes) {
		IdTable.insert(this.statements, changes.ids());
		insert(changes.batches());
		SequenceTable.merge(this.statements, changes.sequences());
		advance(changes.partitions());
		OwnerColumn.claim(this.statements, changes.claims());
		return this.statements.runAndCommit();
	}

	/** Lets fences go on. The transaction has ended. */
	@Override
	public void close() {
		if (this.shared != null) {
			this.shared.close();
		}
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

	private void advance(Collection<PartitionState> partitions) {
		this.statements.update(ADVANCE_PARTITIONS, column(Integer.class, partitions, PartitionState::partition),
				column(Long.class, partitions, PartitionState::logEndOffset),
				column(Long.class, partitions, PartitionState::producers),
				column(Long.class, partitions, PartitionState::version),
				column(Instant.class, partitions, PartitionState::lastAppendedAt),
				column(Long.class, partitions, PartitionState::addedBytes));
	}

}
