package org.exactlyonce.gateway.ids;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.jspecify.annotations.Nullable;

import static org.exactlyonce.gateway.statement.RoundTrip.column;

/**
 * The statements that forget ids, a partition at a time, in the order of the records. A
 * request that has an id as a whole is forgotten with the last of its records: until then
 * its row moves on to a partition that still has some.
 */
public final class OldIds {

	private static final String PARTITIONS = """
			select p.partition_id from log_partition p
			where p.log_start_offset > 0 and p.topic_id is not null
				and (select r.record_offset from record_id r where r.partition_id = p.partition_id
					order by r.partition_id, r.record_offset fetch first 1 row only) < p.log_start_offset
				and (select r.appended_at from record_id r where r.partition_id = p.partition_id
					order by r.partition_id, r.record_offset fetch first 1 row only) < cast(? as timestamp with time zone)
			order by p.partition_id""";

	/** Held by one replica at a time; no append takes it. */
	private static final String LOCK = """
			select t.id from topic t where t.id = (select p.topic_id from log_partition p where p.partition_id = ?)
			for update skip locked""";

	private static final String NEXT = """
			select topic_id, id_digest, record_offset, appended_at, places from record_id
			where partition_id = ? and record_offset > ?
			order by partition_id, record_offset fetch first ? rows only""";

	private static final String MOVE = """
			merge into record_id r using (select * from unnest(cast(? as integer array), cast(? as bigint array),
				cast(? as integer array), cast(? as bigint array))
				m(partition_id, record_offset, to_partition, to_offset)) q
			on r.partition_id = q.partition_id and r.record_offset = q.record_offset
			when matched then update set partition_id = q.to_partition, record_offset = q.to_offset""";

	private static final String DELETE = """
			delete from record_id where partition_id = ? and record_offset <= ?""";

	/** Ids a transaction: a request's may have some 36 KB. */
	private static final int CHUNK = 250;

	private final RoundTrip statements;

	/**
	 * The statements of one transaction.
	 * @param statements runs them
	 */
	public OldIds(RoundTrip statements) {
		this.statements = statements;
	}

	/**
	 * The partitions whose oldest id may be forgotten.
	 * @param cutOff ids of records that were appended then or later stay
	 * @return the partitions' ids
	 */
	public List<Integer> due(Instant cutOff) {
		return this.statements.list(PARTITIONS, (row) -> row.getInt(1), cutOff.toString());
	}

	/**
	 * Forgets some ids of records that are deleted and old enough, unless another replica
	 * is at the topic. By where the partition starts in this transaction, see retention's
	 * deletion of batches.
	 * @param partition the partition's id
	 * @param after where the last call has ended, −1 for the first
	 * @param cutOff ids of records that were appended then or later stay
	 * @return where it has ended; {@code after} if there are no more
	 */
	public long forget(int partition, long after, Instant cutOff) {
		if (this.statements.list(LOCK, (row) -> row.getInt(1), partition).isEmpty()) {
			return after;
		}
		long start = IdTable.starts(this.statements, List.of(partition)).getOrDefault(partition, 0L);
		List<Row> due = next(partition, after).stream()
			.takeWhile((row) -> row.offset < start && row.appendedAt.isBefore(cutOff))
			.toList();
		if (due.isEmpty()) {
			return after;
		}
		moveOn(partition, due);
		long last = due.get(due.size() - 1).offset;
		this.statements.update(DELETE, partition, last).run();
		return last;
	}

	/**
	 * Forgets some ids of a partition whose topic is deleted.
	 * @param partition the partition's id
	 * @return whether there were any
	 */
	public boolean forgetAll(int partition) {
		List<Row> rows = next(partition, -1);
		if (!rows.isEmpty()) {
			this.statements.update(DELETE, partition, rows.get(rows.size() - 1).offset).run();
		}
		return !rows.isEmpty();
	}

	private List<Row> next(int partition, long after) {
		return this.statements.list(NEXT,
				(row) -> new Row(row.getLong(3), row.getObject(4, OffsetDateTime.class).toInstant(), row.getBytes(5)),
				partition, after, CHUNK);
	}

	/** A part is a batch, which is deleted whole. */
	private void moveOn(int partition, List<Row> due) {
		List<Row> requests = due.stream().filter((row) -> row.places != null).toList();
		if (requests.isEmpty()) {
			return;
		}
		Collection<Integer> partitions = new TreeSet<>();
		requests.forEach((row) -> row.parts().forEach((part) -> partitions.add(part.partition())));
		Map<Integer, Long> starts = IdTable.starts(this.statements, partitions);
		List<Move> moves = new ArrayList<>();
		for (Row row : requests) {
			row.parts()
				.stream()
				.filter((part) -> part.base() >= starts.getOrDefault(part.partition(), Long.MAX_VALUE))
				.findFirst()
				.ifPresent((part) -> moves.add(new Move(row.offset, part)));
		}
		this.statements
			.update(MOVE, column(Integer.class, moves, (move) -> partition), column(Long.class, moves, Move::offset),
					column(Integer.class, moves, (move) -> move.to.partition()),
					column(Long.class, moves, (move) -> move.to.base()))
			.run();
	}

	/** A row that moves on. */
	private record Move(long offset, RequestPlaces.Part to) {
	}

	/** An id by its record. */
	private record Row(long offset, Instant appendedAt, byte @Nullable [] places) {

		private List<RequestPlaces.Part> parts() {
			return (this.places != null) ? RequestPlaces.parts(this.places) : List.of();
		}

	}

}
