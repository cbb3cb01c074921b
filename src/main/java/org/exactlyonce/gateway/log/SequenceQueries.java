package org.exactlyonce.gateway.log;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed for producers in partitions, all of them in one statement.
 */
final class SequenceQueries {

	private static final String READ = """
			select q.i, p.epoch, s.last_sequence, s.version
			from unnest(cast(:partitions as integer array), cast(:producers as bigint array))
				with ordinality q(partition_id, producer_id, i)
			left join producer p on p.id = q.producer_id
			left join producer_sequence s on s.partition_id = q.partition_id and s.producer_id = q.producer_id
			""";

	private SequenceQueries() {
	}

	/**
	 * Reads rows.
	 * @param session the session, in a transaction
	 * @param wanted producers in partitions, each once
	 * @return a row for each of them
	 */
	static Map<ProducerSequence.Key, Row> read(StatelessSession session, Collection<ProducerSequence.Key> wanted) {
		Map<ProducerSequence.Key, Row> found = new LinkedHashMap<>();
		if (wanted.isEmpty()) {
			return found;
		}
		List<ProducerSequence.Key> keys = List.copyOf(wanted);
		session.createNativeQuery(READ, Object[].class)
			.addScalar("i", Long.class)
			.addScalar("epoch", Long.class)
			.addScalar("last_sequence", Long.class)
			.addScalar("version", Long.class)
			.setParameter("partitions", keys.stream().map(ProducerSequence.Key::partition).toArray(Integer[]::new))
			.setParameter("producers", keys.stream().map(ProducerSequence.Key::producerId).toArray(Long[]::new))
			.getResultList()
			.forEach((row) -> found.put(keys.get(((Number) row[0]).intValue() - 1), row(row)));
		return found;
	}

	private static Row row(@Nullable Object[] columns) {
		Long epoch = (Long) columns[1];
		Long lastSequence = (Long) columns[2];
		SequenceState state = (epoch != null)
				? new SequenceState(epoch, (lastSequence != null) ? lastSequence : SequenceState.NONE)
				: SequenceState.UNKNOWN_PRODUCER;
		return new Row(state, (Long) columns[3]);
	}

	/**
	 * One producer in one partition.
	 *
	 * @param state the committed state
	 * @param version the row's version, or null if there is no row yet
	 */
	record Row(SequenceState state, @Nullable Long version) {
	}

}
