package org.exactlyonce.gateway.ids;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import org.exactlyonce.gateway.store.RoundTrip;

import static org.exactlyonce.gateway.store.RoundTrip.column;

/**
 * The statements on the ids of records. An id that another writer has stored meanwhile is
 * refused by the table, which waits for that writer's commit.
 */
public final class IdTable {

	private static final String READ = """
			select q.i, r.partition_id, p.partition_number, r.record_offset, p.log_start_offset, r.payload_digest,
				r.appended_at
			from unnest(cast(? as integer array), cast(? as bytea array)) with ordinality q(topic_id, id_digest, i)
			join record_id r on r.topic_id = q.topic_id and r.id_digest = q.id_digest
			join log_partition p on p.partition_id = r.partition_id""";

	private static final String INSERT = """
			insert into record_id (topic_id, id_digest, partition_id, record_offset, payload_digest, appended_at)
			select q.topic_id, q.id_digest, q.partition_id, q.record_offset, q.payload_digest, q.appended_at
			from unnest(cast(? as integer array), cast(? as bytea array), cast(? as integer array),
				cast(? as bigint array), cast(? as bytea array), cast(? as timestamp(3) with time zone array))
				q(topic_id, id_digest, partition_id, record_offset, payload_digest, appended_at)""";

	/** Fewer than H2 has in an array. */
	private static final int CHUNK = 50_000;

	private IdTable() {
	}

	/**
	 * Adds the statements that look for ids.
	 * @param statements takes them
	 * @param wanted the ids, each once
	 * @param reader gets each of them that is known, when the statements run
	 */
	public static void read(RoundTrip statements, Collection<TopicRecordId> wanted,
			BiConsumer<TopicRecordId, IdentifiedRecord> reader) {
		for (List<TopicRecordId> chunk : chunks(wanted)) {
			statements.query(READ, (row) -> reader.accept(chunk.get(row.getInt(1) - 1), record(row)),
					column(Integer.class, chunk, TopicRecordId::topicId),
					column(byte[].class, chunk, (one) -> one.id().id()));
		}
	}

	/**
	 * Adds the statements that store ids.
	 * @param statements takes them
	 * @param added the new ids in their order; a statement is refused if another writer
	 * came first
	 */
	public static void insert(RoundTrip statements, Map<TopicRecordId, IdentifiedRecord> added) {
		for (List<TopicRecordId> ids : chunks(added.keySet())) {
			List<IdentifiedRecord> records = ids.stream().map(added::get).toList();
			statements.update(INSERT, column(Integer.class, ids, TopicRecordId::topicId),
					column(byte[].class, ids, (one) -> one.id().id()),
					column(Integer.class, records, IdentifiedRecord::partition),
					column(Long.class, records, IdentifiedRecord::offset),
					column(byte[].class, records, IdentifiedRecord::payload),
					column(Instant.class, records, IdentifiedRecord::appendedAt));
		}
	}

	private static List<List<TopicRecordId>> chunks(Collection<TopicRecordId> ids) {
		List<TopicRecordId> all = List.copyOf(ids);
		List<List<TopicRecordId>> chunks = new ArrayList<>();
		for (int from = 0; from < all.size(); from += CHUNK) {
			chunks.add(all.subList(from, Math.min(from + CHUNK, all.size())));
		}
		return chunks;
	}

	private static IdentifiedRecord record(ResultSet row) throws SQLException {
		long offset = row.getLong(4);
		return new IdentifiedRecord(row.getInt(2), row.getInt(3), offset, offset < row.getLong(5), row.getBytes(6),
				row.getObject(7, OffsetDateTime.class).toInstant());
	}

}
