package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.hibernate.StatelessSession;

/**
 * Finds the batches of one partition by offset. Every look-up names the whole index in
 * its order, so that it reads one row and not all before it.
 */
public final class OffsetIndex {

	private static final String FLOOR = """
			select base_offset from record_batch where partition_id = :partition and base_offset <= :offset
			order by partition_id desc, base_offset desc fetch first 1 row only""";

	private static final String SIZES = """
			select base_offset, record_count, octet_length(payload) from record_batch
			where partition_id = :partition and base_offset >= :from and base_offset < :end
			order by partition_id, base_offset fetch first :rows rows only""";

	private static final String BATCHES = """
			from RecordBatch b where b.key.partition = :partition and b.key.baseOffset between :from and :last
			order by b.key.partition, b.key.baseOffset""";

	private static final String APPENDED_AT = """
			select b.appendedAt from RecordBatch b
			where b.key.partition = :partition and b.key.baseOffset = :base and b.key.baseOffset + b.recordCount > :offset""";

	private final StatelessSession session;

	private final int partition;

	/**
	 * The index of one partition.
	 * @param session has the transaction, if the look-ups belong to one
	 * @param partition the partition
	 */
	public OffsetIndex(StatelessSession session, int partition) {
		this.session = session;
		this.partition = partition;
	}

	/** The base offset of the batch that holds an offset. */
	OptionalLong floor(long offset) {
		return BatchSize.first(this.session.createNativeQuery(FLOOR, Long.class)
			.setParameter("partition", this.partition)
			.setParameter("offset", offset)
			.getResultList());
	}

	/**
	 * Finds when a record was appended.
	 * @param offset the record's offset
	 * @return the time of its batch; nothing past the end
	 */
	public Optional<Instant> appendedAt(long offset) {
		OptionalLong base = floor(offset);
		return base.isEmpty() ? Optional.empty()
				: this.session.createSelectionQuery(APPENDED_AT, Instant.class)
					.setParameter("partition", this.partition)
					.setParameter("base", base.getAsLong())
					.setParameter("offset", offset)
					.getResultStream()
					.findFirst();
	}

	/** The sizes of the batches from a base offset on. */
	List<BatchSize> sizes(long fromBaseOffset, long endOffset, int rows) {
		return BatchSize.of(this.session.createNativeQuery(SIZES, Object[].class)
			.setParameter("partition", this.partition)
			.setParameter("from", fromBaseOffset)
			.setParameter("end", endOffset)
			.setParameter("rows", rows)
			.getResultList());
	}

	/** The batches from one base offset to another, inclusive, with their payloads. */
	List<RecordBatch> load(long fromBaseOffset, long lastBaseOffset) {
		return this.session.createSelectionQuery(BATCHES, RecordBatch.class)
			.setParameter("partition", this.partition)
			.setParameter("from", fromBaseOffset)
			.setParameter("last", lastBaseOffset)
			.getResultList();
	}

}
