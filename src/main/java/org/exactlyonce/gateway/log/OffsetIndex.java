package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.exactlyonce.gateway.statement.RoundTrip;

/**
 * Finds the batches of one partition by offset. Every look-up names the whole index in
 * its order, so that it reads one row and not all before it.
 */
public final class OffsetIndex {

	private static final String FLOOR = """
			select base_offset from record_batch where partition_id = ? and base_offset <= ?
			order by partition_id desc, base_offset desc fetch first 1 row only""";

	private static final String BATCHES = "select " + PageBatch.COLUMNS + """
			 from record_batch
			where partition_id = ? and base_offset >= ? and base_offset < ?
			order by partition_id, base_offset fetch first ? rows only""";

	private static final String LARGE_PAYLOADS = """
			select base_offset, payload from record_batch
			where partition_id = ? and base_offset between ? and ? and octet_length(payload) > %d
			order by partition_id, base_offset""".formatted(PageBatch.SMALL);

	private static final String APPENDED_AT = """
			select appended_at from record_batch
			where partition_id = ? and base_offset = ? and base_offset + record_count > ?""";

	private final RoundTrip statements;

	private final int partition;

	/**
	 * The index of one partition.
	 * @param statements have the transaction that the look-ups belong to
	 * @param partition the partition
	 */
	public OffsetIndex(RoundTrip statements, int partition) {
		this.statements = statements;
		this.partition = partition;
	}

	/** The base offset of the batch that holds an offset. */
	OptionalLong floor(long offset) {
		return BatchSize.first(this.statements, FLOOR, this.partition, offset);
	}

	/**
	 * Finds when a record was appended.
	 * @param offset the record's offset
	 * @return the time of its batch; nothing past the end
	 */
	public Optional<Instant> appendedAt(long offset) {
		OptionalLong base = floor(offset);
		return base.isEmpty() ? Optional.empty()
				: this.statements
					.list(APPENDED_AT, (row) -> row.getObject(1, OffsetDateTime.class).toInstant(), this.partition,
							base.getAsLong(), offset)
					.stream()
					.findFirst();
	}

	/** The batches from a base offset on, with those payloads that are small. */
	List<PageBatch> batches(long fromBaseOffset, long endOffset, int rows) {
		return this.statements.list(BATCHES, PageBatch::of, this.partition, fromBaseOffset, endOffset, rows);
	}

	/**
	 * The other payloads, by base offset, from one base offset to another, inclusive.
	 */
	Map<Long, byte[]> largePayloads(long fromBaseOffset, long lastBaseOffset) {
		Map<Long, byte[]> payloads = new HashMap<>();
		this.statements
			.query(LARGE_PAYLOADS, (row) -> payloads.put(row.getLong(1), row.getBytes(2)), this.partition,
					fromBaseOffset, lastBaseOffset)
			.run();
		return payloads;
	}

}
