package org.exactlyonce.gateway.producer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.sequence.SequenceState;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.statement.RowsStatement;
import org.jspecify.annotations.Nullable;

/**
 * The statements by which a group of appends reads and writes {@link ProducerSequence}s,
 * all of them in one. JPA maps the table, validates it and reads it elsewhere; an entity
 * at a time would be a statement a producer. To the table, either is a writer like the
 * other: both name the version they have read.
 */
public final class SequenceTable {

	private static final RowsStatement READ = new RowsStatement("""
			select q.i, p.epoch, s.last_sequence, s.last_offset, s.row_version, p.owner
			from unnest(cast(? as integer array), cast(? as integer array), cast(? as bigint array))
				q(i, partition_id, producer_id)
			join producer p on p.id = q.producer_id
			left join producer_sequence s on s.partition_id = q.partition_id and s.producer_id = q.producer_id""", """
			select cast(?1 as integer), p.epoch, s.last_sequence, s.last_offset, s.row_version, p.owner
			from producer p
			left join producer_sequence s on s.partition_id = ?2 and s.producer_id = p.id
			where p.id = ?3""");

	/**
	 * A row that another writer has moved, added or removed gets no version, which the
	 * table refuses. Counts could not be looked at before a commit that travels along.
	 */
	private static final RowsStatement MERGE = new RowsStatement("""
			merge into producer_sequence s using (select *
				from unnest(cast(? as integer array), cast(? as bigint array), cast(? as bigint array),
					cast(? as bigint array), cast(? as bigint array))
					r(partition_id, producer_id, last_sequence, last_offset, row_version)) q
			on s.partition_id = q.partition_id and s.producer_id = q.producer_id
			when matched then update set last_sequence = q.last_sequence, last_offset = q.last_offset,
				row_version = case when s.row_version = q.row_version then q.row_version + 1 end
			when not matched then insert (partition_id, producer_id, last_sequence, last_offset, row_version)
				values (q.partition_id, q.producer_id, q.last_sequence, q.last_offset,
					case when q.row_version is null then 0 end)""", """
			merge into producer_sequence s using dual on s.partition_id = ?1 and s.producer_id = ?2
			when matched then update set last_sequence = ?3, last_offset = ?4,
				row_version = case when s.row_version = ?5 then s.row_version + 1 end
			when not matched then insert (partition_id, producer_id, last_sequence, last_offset, row_version)
				values (?1, ?2, ?3, ?4, case when ?5 is null then 0 end)""");

	private SequenceTable() {
	}

	/**
	 * Adds the statement that reads producers in partitions.
	 * @param statements takes it
	 * @param wanted producers in partitions, each once
	 * @param reader gets each of them as an unknown producer, and with its row when the
	 * statement runs
	 */
	public static void read(RoundTrip statements, Collection<ProducerSequence.Key> wanted,
			BiConsumer<ProducerSequence.Key, SequenceRow> reader) {
		if (!wanted.isEmpty()) {
			List<ProducerSequence.Key> keys = List.copyOf(wanted);
			keys.forEach((key) -> reader.accept(key, SequenceRow.UNKNOWN_PRODUCER));
			statements.query(READ, (row) -> reader.accept(keys.get(row.getInt(1)), row(row)),
					IntStream.range(0, keys.size()).boxed().toArray(Integer[]::new),
					RoundTrip.column(Integer.class, keys, ProducerSequence.Key::partition),
					RoundTrip.column(Long.class, keys, ProducerSequence.Key::producerId));
		}
	}

	/**
	 * Adds the statement that inserts a producer that is new to a partition and updates
	 * the others.
	 * @param statements takes it
	 * @param changed what to write; the statement is refused if another writer came first
	 */
	public static void merge(RoundTrip statements, Map<ProducerSequence.Key, SequenceRow> changed) {
		if (!changed.isEmpty()) {
			Set<ProducerSequence.Key> keys = changed.keySet();
			Collection<SequenceRow> rows = changed.values();
			statements.update(MERGE, RoundTrip.column(Integer.class, keys, ProducerSequence.Key::partition),
					RoundTrip.column(Long.class, keys, ProducerSequence.Key::producerId),
					RoundTrip.column(Long.class, rows, SequenceRow::lastSequence),
					RoundTrip.column(Long.class, rows, SequenceRow::lastOffset),
					RoundTrip.column(Long.class, rows, SequenceRow::version));
		}
	}

	private static SequenceRow row(ResultSet row) throws SQLException {
		Long lastSequence = number(row, 3);
		Long lastOffset = number(row, 4);
		SequenceState state = new SequenceState(row.getLong(2),
				(lastSequence != null) ? lastSequence : SequenceState.NONE);
		return new SequenceRow(state, (lastOffset != null) ? lastOffset : SequenceState.NONE, number(row, 5),
				row.getString(6));
	}

	private static @Nullable Long number(ResultSet row, int column) throws SQLException {
		long number = row.getLong(column);
		return row.wasNull() ? null : number;
	}

}
