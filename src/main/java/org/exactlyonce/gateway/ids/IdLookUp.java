package org.exactlyonce.gateway.ids;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.jspecify.annotations.Nullable;

import static org.exactlyonce.gateway.statement.RoundTrip.column;

/**
 * Looks for ids, in the message that reads the rest of a group. Where the other
 * partitions of a request start is asked for in one more, if one is repeated.
 */
public final class IdLookUp {

	private static final String READ = """
			select q.i, r.partition_id, p.partition_number, r.record_offset, p.log_start_offset, r.payload_digest,
				r.appended_at, r.places
			from unnest(cast(? as integer array), cast(? as bytea array)) with ordinality q(topic_id, id_digest, i)
			join record_id r on r.topic_id = q.topic_id and r.id_digest = q.id_digest
			join log_partition p on p.partition_id = r.partition_id""";

	private final RoundTrip statements;

	private final Map<TopicRecordId, KnownId> known = new HashMap<>();

	private final Map<TopicRecordId, Repeated> requests = new HashMap<>();

	/**
	 * A look for none yet.
	 * @param statements runs it
	 */
	public IdLookUp(RoundTrip statements) {
		this.statements = statements;
	}

	/**
	 * Adds the statements that look for ids.
	 * @param wanted the ids, each once
	 */
	public void add(Collection<TopicRecordId> wanted) {
		for (List<TopicRecordId> chunk : IdTable.chunks(wanted)) {
			this.statements.query(READ, (row) -> read(chunk.get(row.getInt(1) - 1), row),
					column(Integer.class, chunk, TopicRecordId::topicId),
					column(byte[].class, chunk, (one) -> one.id().id()));
		}
	}

	private void read(TopicRecordId id, ResultSet row) throws SQLException {
		byte[] payload = row.getBytes(6);
		Instant appendedAt = row.getObject(7, OffsetDateTime.class).toInstant();
		byte @Nullable [] places = row.getBytes(8);
		if (places != null) {
			this.requests.put(id, new Repeated(places, payload, appendedAt));
		}
		else {
			RecordPlace place = RecordPlace.known(row.getInt(2), row.getInt(3), row.getLong(4), appendedAt,
					row.getLong(5));
			this.known.put(id, KnownId.of(payload, false, appendedAt, List.of(place)));
		}
	}

	/**
	 * What was found, once the statements have run.
	 * @return the ids that are known
	 */
	public Map<TopicRecordId, KnownId> known() {
		if (!this.requests.isEmpty()) {
			Set<Integer> partitions = new TreeSet<>();
			this.requests.values()
				.forEach((request) -> RequestPlaces.parts(request.places)
					.forEach((part) -> partitions.add(part.partition())));
			Map<Integer, Long> starts = IdTable.starts(this.statements, partitions);
			this.requests.forEach((id, request) -> this.known.put(id, request.toKnown(starts)));
			this.requests.clear();
		}
		return this.known;
	}

	/**
	 * The id of a request.
	 *
	 * @param places where its records are, encoded
	 * @param payload what has to be the same
	 * @param appendedAt when it was stored
	 */
	private record Repeated(byte[] places, byte[] payload, Instant appendedAt) {

		/** A partition that is not there any more has nothing. */
		private KnownId toKnown(Map<Integer, Long> starts) {
			return new KnownId(this.payload, true, this.appendedAt, () -> RequestPlaces.decode(this.places)
				.places(this.appendedAt, (partition) -> starts.getOrDefault(partition, Long.MAX_VALUE)));
		}

	}

}
