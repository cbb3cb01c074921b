package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.hibernate.StatelessSession;

/**
 * Reads batches by offset or by sequence. Payloads are loaded in chunks that are bounded
 * in bytes, whatever the batches' sizes; every look-up names the whole index in its
 * order, so that it reads one row and not all before it.
 */
final class BatchQueries {

	private static final String FLOOR_BY_OFFSET = """
			select base_offset from record_batch where partition_id = :partition and base_offset <= :offset
			order by partition_id desc, base_offset desc fetch first 1 row only""";

	private static final String FLOOR_BY_SEQUENCE = """
			select base_sequence from record_batch
			where partition_id = :partition and producer_id = :producer and base_sequence <= :sequence
			order by partition_id desc, producer_id desc, base_sequence desc fetch first 1 row only""";

	private static final String SIZES_BY_OFFSET = """
			select base_offset, record_count, octet_length(payload) from record_batch
			where partition_id = :partition and base_offset >= :from and base_offset < :end
			order by partition_id, base_offset fetch first :rows rows only""";

	private static final String SIZES_BY_SEQUENCE = """
			select base_sequence, record_count, octet_length(payload) from record_batch
			where partition_id = :partition and producer_id = :producer and base_sequence between :from and :last
			order by partition_id, producer_id, base_sequence""";

	private static final String BY_OFFSET = """
			from RecordBatch b where b.key.partition = :partition and b.key.baseOffset between :from and :last
			order by b.key.partition, b.key.baseOffset""";

	private static final String BY_SEQUENCE = """
			from RecordBatch b
			where b.key.partition = :partition and b.producerId = :producer and b.baseSequence between :from and :last
			order by b.key.partition, b.producerId, b.baseSequence""";

	private static final String APPENDED_AT = """
			select b.appendedAt from RecordBatch b
			where b.key.partition = :partition and b.key.baseOffset = :base and b.key.baseOffset + b.recordCount > :offset""";

	private final StatelessSession session;

	private final int partition;

	BatchQueries(StatelessSession session, int partition) {
		this.session = session;
		this.partition = partition;
	}

	/** The base offset of the batch that holds an offset. */
	OptionalLong floor(long offset) {
		return first(this.session.createNativeQuery(FLOOR_BY_OFFSET, Long.class)
			.setParameter("partition", this.partition)
			.setParameter("offset", offset)
			.getResultList());
	}

	/** The base sequence of the batch that holds a sequence. */
	OptionalLong floor(long producerId, long sequence) {
		return first(this.session.createNativeQuery(FLOOR_BY_SEQUENCE, Long.class)
			.setParameter("partition", this.partition)
			.setParameter("producer", producerId)
			.setParameter("sequence", sequence)
			.getResultList());
	}

	/** When the batch that holds an offset was appended. */
	Optional<Instant> appendedAt(long offset) {
		OptionalLong base = floor(offset);
		return base.isEmpty() ? Optional.empty()
				: this.session.createSelectionQuery(APPENDED_AT, Instant.class)
					.setParameter("partition", this.partition)
					.setParameter("base", base.getAsLong())
					.setParameter("offset", offset)
					.getResultStream()
					.findFirst();
	}

	private static OptionalLong first(List<Long> found) {
		return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get(0));
	}

	/** The sizes of the batches from a base offset on. */
	List<Size> sizes(long fromBaseOffset, long endOffset, int rows) {
		return sizes(this.session.createNativeQuery(SIZES_BY_OFFSET, Object[].class)
			.setParameter("partition", this.partition)
			.setParameter("from", fromBaseOffset)
			.setParameter("end", endOffset)
			.setParameter("rows", rows)
			.getResultList());
	}

	/** The batches from one base offset to another, inclusive, with their payloads. */
	List<RecordBatch> load(long fromBaseOffset, long lastBaseOffset) {
		return this.session.createSelectionQuery(BY_OFFSET, RecordBatch.class)
			.setParameter("partition", this.partition)
			.setParameter("from", fromBaseOffset)
			.setParameter("last", lastBaseOffset)
			.getResultList();
	}

	/** The sizes of one producer's batches between two base sequences, inclusive. */
	List<Size> sizes(long producerId, long fromBaseSequence, long lastBaseSequence) {
		return sizes(this.session.createNativeQuery(SIZES_BY_SEQUENCE, Object[].class)
			.setParameter("partition", this.partition)
			.setParameter("producer", producerId)
			.setParameter("from", fromBaseSequence)
			.setParameter("last", lastBaseSequence)
			.getResultList());
	}

	/** One producer's batches between two base sequences, inclusive, with payloads. */
	List<RecordBatch> load(long producerId, long fromBaseSequence, long lastBaseSequence) {
		return this.session.createSelectionQuery(BY_SEQUENCE, RecordBatch.class)
			.setParameter("partition", this.partition)
			.setParameter("producer", producerId)
			.setParameter("from", fromBaseSequence)
			.setParameter("last", lastBaseSequence)
			.getResultList();
	}

	private static List<Size> sizes(List<Object[]> rows) {
		return rows.stream()
			.map((row) -> new Size(((Number) row[0]).longValue(), ((Number) row[1]).intValue(),
					((Number) row[2]).longValue()))
			.toList();
	}

	/**
	 * Splits batches into runs of a bounded size.
	 * @param sizes the batches in order
	 * @param maxBytes how large a run may be, though it has one batch at least
	 * @return the runs
	 */
	static List<List<Size>> chunks(List<Size> sizes, long maxBytes) {
		List<List<Size>> chunks = new ArrayList<>();
		int start = 0;
		long bytes = 0;
		for (int i = 0; i < sizes.size(); i++) {
			if (i > start && bytes + sizes.get(i).bytes() > maxBytes) {
				chunks.add(sizes.subList(start, i));
				start = i;
				bytes = 0;
			}
			bytes += sizes.get(i).bytes();
		}
		if (start < sizes.size()) {
			chunks.add(sizes.subList(start, sizes.size()));
		}
		return chunks;
	}

	/**
	 * A batch without its payload.
	 *
	 * @param base the base offset or base sequence
	 * @param recordCount how many records it holds
	 * @param bytes the payload's size
	 */
	record Size(long base, int recordCount, long bytes) {
	}

}
