package org.exactlyonce.gateway.ids;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

import org.exactlyonce.gateway.store.RoundTrip;

/**
 * The statements that forget ids, a partition at a time, in the order of the records.
 */
public final class OldIds {

	private static final String FIRST = """
			select record_offset, appended_at from record_id where partition_id = ? and record_offset >= ?
			order by partition_id, record_offset fetch first ? rows only""";

	private static final String DELETE = """
			delete from record_id where partition_id = ? and record_offset <= ?""";

	/** Ids a transaction. */
	private static final int CHUNK = 1000;

	private final RoundTrip statements;

	/**
	 * The statements of one transaction.
	 * @param statements runs them
	 */
	public OldIds(RoundTrip statements) {
		this.statements = statements;
	}

	/**
	 * The id of the oldest record of a partition.
	 * @param partition the partition's id
	 * @return that; nothing if no record of it has an id
	 */
	public Optional<OldId> first(int partition) {
		return first(partition, 1).stream().findFirst();
	}

	private List<OldId> first(int partition, int most) {
		return this.statements.list(FIRST,
				(row) -> new OldId(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant()), partition, 0L,
				most);
	}

	/**
	 * Forgets some ids of records that are deleted and old enough.
	 * @param partition the partition's id
	 * @param start the first offset that is not deleted
	 * @param cutOff ids of records that were appended then or later stay
	 * @return how many there were, 0 if there are no more
	 */
	public int forget(int partition, long start, Instant cutOff) {
		List<OldId> due = first(partition, CHUNK).stream()
			.takeWhile((id) -> id.offset() < start && id.appendedAt().isBefore(cutOff))
			.toList();
		if (!due.isEmpty()) {
			this.statements.update(DELETE, partition, due.get(due.size() - 1).offset()).run();
		}
		return due.size();
	}

	/**
	 * Forgets some ids of a partition whose topic is deleted.
	 * @param partition the partition's id
	 * @return whether there were any
	 */
	public boolean forget(int partition) {
		return forget(partition, Long.MAX_VALUE, Instant.MAX) > 0;
	}

	/**
	 * An id by its record.
	 *
	 * @param offset the record's offset
	 * @param appendedAt when it was appended
	 */
	public record OldId(long offset, Instant appendedAt) {
	}

}
