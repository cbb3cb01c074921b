package org.exactlyonce.gateway.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

import org.exactlyonce.gateway.log.AppendGroup.Sequence;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed for producers in partitions, all of them in one statement.
 */
final class SequenceQueries {

	private static final String READ = """
			select q.i, p.epoch, s.last_sequence, s.version
			from unnest(cast(? as integer array), cast(? as bigint array))
				with ordinality q(partition_id, producer_id, i)
			left join producer p on p.id = q.producer_id
			left join producer_sequence s on s.partition_id = q.partition_id and s.producer_id = q.producer_id""";

	private SequenceQueries() {
	}

	/**
	 * Adds the statement.
	 * @param statements takes it
	 * @param wanted producers in partitions, each once
	 * @param reader gets each of them with its state, when the statement runs
	 */
	static void read(Statements statements, Collection<ProducerSequence.Key> wanted,
			BiConsumer<ProducerSequence.Key, Sequence> reader) {
		if (!wanted.isEmpty()) {
			List<ProducerSequence.Key> keys = List.copyOf(wanted);
			statements.query(READ, (row) -> reader.accept(keys.get(row.getInt(1) - 1), sequence(row)),
					keys.stream().map(ProducerSequence.Key::partition).toArray(Integer[]::new),
					keys.stream().map(ProducerSequence.Key::producerId).toArray(Long[]::new));
		}
	}

	private static Sequence sequence(ResultSet row) throws SQLException {
		Long epoch = number(row, 2);
		Long lastSequence = number(row, 3);
		SequenceState state = (epoch != null)
				? new SequenceState(epoch, (lastSequence != null) ? lastSequence : SequenceState.NONE)
				: SequenceState.UNKNOWN_PRODUCER;
		return new Sequence(state, number(row, 4));
	}

	private static @Nullable Long number(ResultSet row, int column) throws SQLException {
		long number = row.getLong(column);
		return row.wasNull() ? null : number;
	}

}
