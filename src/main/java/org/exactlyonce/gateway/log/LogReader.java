package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.bounds.ReadProperties;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordDecoder;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.RoundTrip;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * Reads pages of committed records, in offset order. The end is read first, so a page
 * never shows an offset before a lower one; what it shows is durable before it is shown.
 */
@Component
public class LogReader {

	private static final String END = "select log_end_offset from log_partition where partition_id = ?";

	private static final int FIRST_ROWS = 16;

	/** A payload in the driver, in the batch, and taken apart into values. */
	private static final int COPIES = 3;

	/** What a record takes beside its bytes. */
	private static final int RECORD_BYTES = 300;

	private final Transactions transactions;

	private final Store store;

	private final DurableEnds ends;

	private final ReadLimits limits;

	private final long maxPageBytes;

	@Bean
	static ConnectionShare readConnections(ReadProperties properties) {
		return new ConnectionShare("reads", properties.maxConcurrent());
	}

	LogReader(Transactions transactions, Store store, DurableEnds ends, ReadLimits limits) {
		this.transactions = transactions;
		this.store = store;
		this.ends = ends;
		this.limits = limits;
		this.maxPageBytes = limits.maxPageBytes();
	}

	/**
	 * Reads where a partition ends.
	 * @param partition an existing partition
	 * @return its durable end
	 * @throws ProblemException 429 if too many are reading
	 */
	public long end(int partition) {
		long end = this.limits.inTurn(() -> this.store
			.durably(() -> this.transactions.inRoundTrips((statements) -> end(statements, partition))));
		this.ends.publish(partition, end);
		return end;
	}

	/**
	 * Reads a page.
	 * @param partition an existing partition
	 * @param offset where to start; past the end the page is empty
	 * @param limit the most records to read
	 * @param memory gets what the page takes
	 * @return the page; it also ends at {@code gateway.read.max-page-bytes}, but holds at
	 * least one record if there is one
	 * @throws ProblemException 429 if too many are reading
	 */
	public Page read(int partition, long offset, int limit, PageMemory memory) {
		Page page = withRoom(memory,
				() -> this.limits.inTurn(
						() -> this.store.durably(() -> this.transactions.inRoundTrips((statements) -> page(statements,
								partition, offset, limit, this.maxPageBytes, end(statements, partition), memory)))));
		this.ends.publish(partition, page.logEndOffset());
		return page;
	}

	/**
	 * Reads what the {@link DurableEnds} knows to be durable, without asking where the
	 * partition ends. For the few workers there: they need no turn.
	 * @param partition an existing partition
	 * @param offset where to start
	 * @param limit the most records to read
	 * @param maxBytes where the page ends, though it holds one record at least
	 * @param memory gets what the page takes
	 * @return the page, with one record at least if it starts below the end
	 * @throws ProblemException 429 if there is no memory in time
	 * @throws IllegalStateException if the database has lost what was durable
	 */
	public Page readDurable(int partition, long offset, int limit, long maxBytes, PageMemory memory) {
		long end = this.ends.end(partition);
		if (offset >= end) {
			return new Page(List.of(), end);
		}
		return withRoom(memory, () -> this.transactions.inRoundTrips((statements) -> page(statements, partition, offset,
				limit, Math.min(maxBytes, this.maxPageBytes), end, memory)));
	}

	/**
	 * Reads when a record was appended, without reading it.
	 * @param partition an existing partition
	 * @param offset a record's offset
	 * @return the time on the clock of the gateway that appended it; nothing past the end
	 */
	public Optional<Instant> appendedAt(int partition, long offset) {
		return this.transactions
			.inRoundTrips((statements) -> new OffsetIndex(statements, partition).appendedAt(offset));
	}

	/** Waits for memory only while no connection is held. */
	private static Page withRoom(PageMemory memory, Supplier<Optional<Page>> read) {
		for (;;) {
			Optional<Page> page = read.get();
			if (page.isPresent()) {
				return page.get();
			}
			memory.await();
		}
	}

	private static long end(RoundTrip statements, int partition) {
		return statements.list(END, (row) -> row.getLong(1), partition)
			.stream()
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Partition " + partition + " has no row any more"));
	}

	/** Reads a page, or nothing if there is no memory for it now. */
	private static Optional<Page> page(RoundTrip statements, int partition, long offset, int limit, long maxBytes,
			long end, PageMemory memory) {
		OffsetIndex batches = new OffsetIndex(statements, partition);
		if (offset >= end) {
			return Optional.of(new Page(List.of(), end));
		}
		OptionalLong floor = batches.floor(offset);
		if (floor.isEmpty()) {
			throw missing(partition, offset, end);
		}
		List<BatchSize> sizes = sizes(batches, floor.getAsLong(), Math.min(end, offset + limit), limit, maxBytes);
		if (!memory.tryReserve(cost(sizes, limit))) {
			return Optional.empty();
		}
		List<RecordBatch> loaded = batches.load(sizes.get(0).base(), sizes.get(sizes.size() - 1).base());
		List<StoredRecord> records = records(loaded, offset, limit, maxBytes);
		if (records.isEmpty()) {
			throw missing(partition, offset, end);
		}
		return Optional.of(new Page(records, end));
	}

	/**
	 * A client that reads on where a page ended would read it for ever, if a page below
	 * the end could be empty.
	 */
	private static IllegalStateException missing(int partition, long offset, long end) {
		return new IllegalStateException(
				"Partition " + partition + " ended at " + end + ", but the database has no record " + offset
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
			List<BatchSize> page = BatchSize.chunks(found, maxBytes).get(0);
			if (page.size() < found.size() || found.size() < rows || rows >= limit) {
				return page;
			}
		}
	}

	/**
	 * Records in offset order.
	 *
	 * @param records the records
	 * @param logEndOffset the partition's end when the page was read
	 */
	public record Page(List<StoredRecord> records, long logEndOffset) {
	}

	/**
	 * A record in the log.
	 *
	 * @param offset its offset
	 * @param record what was sent
	 * @param producerId the producer; null for an append without an identity
	 * @param producerEpoch the epoch it was sent under
	 * @param sequence its sequence
	 * @param appendedAt when its batch was appended
	 */
	public record StoredRecord(long offset, LogRecord record, @Nullable Long producerId, @Nullable Long producerEpoch,
			@Nullable Long sequence, Instant appendedAt) {
	}

}
