package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.log.LogReader.Bounds;
import org.exactlyonce.gateway.log.LogReader.Page;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
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
		OffsetIndex index = new OffsetIndex(this.statements, this.partition);
		OptionalLong floor = index.floor(offset);
		PageBatches batches = new PageBatches(index, limit, maxBytes);
		if (floor.isPresent() && !batches.read(floor.getAsLong(), Math.min(bounds.end(), offset + limit), memory)) {
			return Optional.empty();
		}
		List<StoredRecord> records = batches.records(offset);
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

}
