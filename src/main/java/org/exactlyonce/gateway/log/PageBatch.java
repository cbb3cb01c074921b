package org.exactlyonce.gateway.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;

/**
 * A batch as a page needs it. A small payload comes with its row, a large one is loaded
 * once it is known to fit.
 *
 * @param baseOffset the first record's offset
 * @param recordCount how many records it holds
 * @param producerId the producer; null for an append without an identity
 * @param producerEpoch the epoch it was sent under
 * @param baseSequence the first record's sequence
 * @param appendedAt when it was appended
 * @param bytes the payload's size
 * @param payload the records as they are stored; null if they take more than
 * {@link #SMALL}
 */
record PageBatch(long baseOffset, int recordCount, @Nullable Long producerId, @Nullable Long producerEpoch,
		@Nullable Long baseSequence, Instant appendedAt, long bytes, byte @Nullable [] payload) {

	/** The largest payload that comes with its row, in bytes. */
	static final int SMALL = 1024;

	/** What {@link #of} reads, after {@code select}. */
	static final String COLUMNS = """
			base_offset, record_count, producer_id, producer_epoch, base_sequence, appended_at,
			octet_length(payload), case when octet_length(payload) <= %d then payload end""".formatted(SMALL);

	/** The batch in a row, whose columns have no names: there may be thousands. */
	static PageBatch of(ResultSet row) throws SQLException {
		return new PageBatch(row.getLong(1), row.getInt(2), row.getObject(3, Long.class), row.getObject(4, Long.class),
				row.getObject(5, Long.class), row.getObject(6, OffsetDateTime.class).toInstant(), row.getLong(7),
				row.getBytes(8));
	}

	/** The offset behind its last record. */
	long nextOffset() {
		return this.baseOffset + this.recordCount;
	}

}
