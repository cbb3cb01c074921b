package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.log.LogReader.Bounds;
import org.exactlyonce.gateway.log.LogReader.Page;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordDecoder;
import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.topic.PartitionGoneException;

/**
 * Reads one page of one partition, in a transaction. Its bounds are read first, so that a
 * page never shows an offset before a lower one.
 */
final class PageQuery {

	private static final String BOUNDS = """
			select log_start_offset, log_end_offset from log_partition
			where partition_id = ? and topic_id is not null""";

	private static final int FIRST_ROWS = 16;

	/** A payload in the driver, in the batch, and taken apart into values. */
	private static final int COPIES = 3;

	/** What a record takes beside its bytes. */
	private static final int RECORD_BYTES = 300;

	private final RoundTrip statements;

	private final int partition;

	PageQuery(RoundTrip statements, int partition) {
		this.statements = statements;
		this.partition = partition;
	}

	/** Where the partition starts and ends. */
	Bounds bounds() {
		return this.statements.list(BOUNDS, (row) -> new Bounds(row.getLong(1), row.getLong(2)), this.partition)
			.stream()
			.findFirst()
			.orElseThrow(() -> new PartitionGoneException());
	}

	/** Reads a page, or nothing if there is no memory for it now. */
	Optional<Page> page(long offset, int limit, long maxBytes, PageMemory memory) {
		return page(offset, limit, maxBytes, bounds(), memory);
	}

	/** The same, within bounds that are known. */
	Optional<Page> page(long wanted, int limit, long maxBytes, Bounds bounds, PageMemory memory) {
		long offset = (wanted == LogReader.EARLIEST) ? bounds.start()
				: (wanted == LogReader.LATEST) ? bounds.end() : wanted;
		if (offset >= bounds.end() || offset < bounds.start()) {
			return Optional.of(new Page(offset, List.of(), bounds));
		}
		OffsetIndex batches = new OffsetIndex(this.statements, this.partition);
		OptionalLong floor = batches.floor(offset);
		List<StoredRecord> records = List.of();
		if (floor.isPresent()) {
			List<BatchSize> sizes = sizes(batches, floor.getAsLong(), Math.min(bounds.end(), offset + limit), limit,
					maxBytes);
			if (!memory.tryReserve(cost(sizes, limit))) {
				return Optional.empty();
			}
			records = sizes.isEmpty() ? records : records(
					batches.load(sizes.get(0).base(), sizes.get(sizes.size() - 1).base()), offset, limit, maxBytes);
		}
		if (records.isEmpty() || records.get(0).offset() != offset) {
			Page page = deleted(offset, bounds);
			return (wanted == LogReader.EARLIEST) ? page(wanted, limit, maxBytes, page.bounds(), memory)
					: Optional.of(page);
		}
		return Optional.of(new Page(offset, records, bounds));
	}

	/** They may have been deleted since the bounds were read. */
	private Page deleted(long offset, Bounds before) {
		Bounds now = bounds();
		if (offset >= now.start()) {
			throw missing(offset, before.end());
		}
		return new Page(offset, List.of(), now);
	}

	/**
	 * A client that reads on where a page ended would read it for ever, if a page below
	 * the end could be empty.
	 */
	private IllegalStateException missing(long offset, long end) {
		return new IllegalStateException(
				"Partition " + this.partition + " ended at " + end + ", but the database has no record " + offset
						+ ": it has lost records, as a failover to a standby that lagged behind does");
	}

	private static long cost(List<BatchSize> sizes, int limit) {
		long bytes = sizes.stream().mapToLong(BatchSize::bytes).sum();
		long records = sizes.stream().mapToLong(BatchSize::recordCount).sum();
		return COPIES * bytes + RECORD_BYTES * Math.min(records, limit);
	}

	private static List<StoredRecord> records(List<RecordBatch> batches, long offset, int limit, long maxBytes) {
		List<StoredRecord> records = new ArrayList<>();
		long bytes = 0;
		for (RecordBatch batch : batches) {
			int skipped = (int) Math.min(batch.recordCount(), Math.max(0, offset - batch.baseOffset()));
			RecordDecoder decoder = new RecordDecoder(batch.payload()).skip(skipped);
			for (int i = skipped; i < batch.recordCount() && records.size() < limit; i++) {
				Long baseSequence = batch.baseSequence();
				LogRecord record = decoder.next().read();
				bytes += record.value().bytes().length;
				if (bytes > maxBytes && !records.isEmpty()) {
					return records;
				}
				records.add(new StoredRecord(batch.baseOffset() + i, record, batch.producerId(), batch.producerEpoch(),
						(baseSequence != null) ? baseSequence + i : null, batch.appendedAt()));
			}
		}
		return records;
	}

	/**
	 * Finds the batches of a page. Asks for few at first and for more while they are
	 * small: H2 reads a payload to find its size.
	 */
	private static List<BatchSize> sizes(OffsetIndex batches, long fromBaseOffset, long endOffset, int limit,
			long maxBytes) {
		for (int rows = FIRST_ROWS;; rows *= 8) {
			List<BatchSize> found = batches.sizes(fromBaseOffset, endOffset, Math.min(rows, limit));
			if (found.isEmpty()) {
				return found;
			}
			List<BatchSize> page = BatchSize.chunks(found, maxBytes).get(0);
			if (page.size() < found.size() || found.size() < rows || rows >= limit) {
				return page;
			}
		}
	}

}
