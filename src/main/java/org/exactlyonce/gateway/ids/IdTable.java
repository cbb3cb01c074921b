package org.exactlyonce.gateway.ids;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.statement.RowsStatement;
import org.jspecify.annotations.Nullable;

import static org.exactlyonce.gateway.statement.RoundTrip.column;

/**
 * Stores ids. The table refuses one that another writer has stored meanwhile.
 */
public final class IdTable {

	private static final RowsStatement INSERT = new RowsStatement("""
			insert into record_id (topic_id, id_digest, partition_id, record_offset, payload_digest, appended_at,
				places)
			select q.topic_id, q.id_digest, q.partition_id, q.record_offset, q.payload_digest, q.appended_at, q.places
			from unnest(cast(? as integer array), cast(? as bytea array), cast(? as integer array),
				cast(? as bigint array), cast(? as bytea array), cast(? as timestamp(3) with time zone array),
				cast(? as bytea array))
				q(topic_id, id_digest, partition_id, record_offset, payload_digest, appended_at, places)""", """
			insert into record_id (topic_id, id_digest, partition_id, record_offset, payload_digest, appended_at,
				places)
			values (?1, ?2, ?3, ?4, ?5, ?6, ?7)""");

	private static final String STARTS = """
			select partition_id, log_start_offset from log_partition
			where partition_id = any(cast(? as integer array)) and topic_id is not null""";

	/** Fewer than H2 has in an array. */
	private static final int CHUNK = 50_000;

	private IdTable() {
	}

	/**
	 * Adds the statements that store ids.
	 * @param statements takes them
	 * @param added the new ids in their order; a statement is refused if another writer
	 * came first
	 */
	public static void insert(RoundTrip statements, Map<TopicRecordId, KnownId> added) {
		for (List<TopicRecordId> ids : chunks(added.keySet())) {
			List<KnownId> rows = ids.stream().map(added::get).toList();
			statements.update(INSERT, column(Integer.class, ids, TopicRecordId::topicId),
					column(byte[].class, ids, (one) -> one.id().id()),
					column(Integer.class, rows, (row) -> row.first().partition()),
					column(Long.class, rows, (row) -> row.first().offset()),
					column(byte[].class, rows, KnownId::payload), column(Instant.class, rows, KnownId::appendedAt),
					column(byte[].class, rows, IdTable::places));
		}
	}

	private static byte @Nullable [] places(KnownId id) {
		return id.whole() ? RequestPlaces.of(id.places().get()).encode() : null;
	}

	/** Where partitions start that are of a topic. */
	static Map<Integer, Long> starts(RoundTrip statements, Collection<Integer> partitions) {
		Map<Integer, Long> starts = new HashMap<>();
		statements
			.query(STARTS, (row) -> starts.put(row.getInt(1), row.getLong(2)),
					(Object) partitions.toArray(Integer[]::new))
			.run();
		return starts;
	}

	static <T> List<List<T>> chunks(Collection<T> ids) {
		List<T> all = List.copyOf(ids);
		List<List<T>> chunks = new ArrayList<>();
		for (int from = 0; from < all.size(); from += CHUNK) {
			chunks.add(all.subList(from, Math.min(from + CHUNK, all.size())));
		}
		return chunks;
	}

}
