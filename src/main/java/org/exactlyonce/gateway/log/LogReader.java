package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.bounds.ReadProperties;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.store.ConnectionShare;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.exactlyonce.gateway.topic.PartitionGoneException;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * Reads pages of committed records, in offset order. The end is read first, so a page
 * never shows an offset before a lower one; what it shows is durable before it is shown.
 */
@Component
public class LogReader {

	/** Stands for the offset of the first record. As Kafka has it. */
	public static final long EARLIEST = -2;

	/** Stands for the offset that the next record will get. As Kafka has it. */
	public static final long LATEST = -1;

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
	 * Reads where a partition starts and ends.
	 * @param partition an existing partition
	 * @return its bounds, durable
	 * @throws ProblemException 429 if too many are reading
	 * @throws PartitionGoneException if its topic was deleted
	 */
	public Bounds bounds(int partition) {
		Bounds bounds = this.limits.inTurn(() -> this.store.durably(
				() -> this.transactions.inRoundTrips((statements) -> new PageQuery(statements, partition).bounds())));
		this.ends.publish(partition, bounds.end());
		return bounds;
	}

	/**
	 * Finds the first record that was appended at a time or later.
	 * @param partition an existing partition
	 * @param since the time
	 * @return its offset; the end if there is none yet
	 * @throws ProblemException 429 if too many are reading
	 * @throws PartitionGoneException if its topic was deleted
	 */
	public long offsetSince(int partition, Instant since) {
		return this.limits.inTurn(() -> this.transactions.inRoundTrips((statements) -> {
			OffsetIndex batches = new OffsetIndex(statements, partition);
			Bounds bounds = new PageQuery(statements, partition).bounds();
			long low = bounds.start();
			long high = bounds.end();
			while (low < high) {
				long middle = (low + high) >>> 1;
				boolean before = batches.appendedAt(middle).map((time) -> time.isBefore(since)).orElse(true);
				low = before ? middle + 1 : low;
				high = before ? high : middle;
			}
			return low;
		}));
	}

	/**
	 * Reads a page.
	 * @param partition an existing partition
	 * @param offset where to start, {@link #EARLIEST} or {@link #LATEST}; past the end,
	 * and before the start, the page is empty
	 * @param limit the most records to read
	 * @param memory gets what the page takes
	 * @return the page; it also ends at {@code gateway.read.max-page-bytes}, but holds at
	 * least one record if there is one
	 * @throws ProblemException 429 if too many are reading
	 * @throws PartitionGoneException if its topic was deleted
	 */
	public Page read(int partition, long offset, int limit, PageMemory memory) {
		Page page = withRoom(memory,
				() -> this.limits.inTurn(() -> this.store
					.durably(() -> this.transactions.inRoundTrips((statements) -> new PageQuery(statements, partition)
						.page(offset, limit, this.maxPageBytes, memory)))));
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
	 * @return the page, with one record at least if it starts below the end and not
	 * before the start
	 * @throws ProblemException 429 if there is no memory in time
	 * @throws IllegalStateException if the database has lost what was durable
	 */
	public Page readDurable(int partition, long offset, int limit, long maxBytes, PageMemory memory) {
		long end = this.ends.end(partition);
		if (offset >= end) {
			return new Page(offset, List.of(), new Bounds(0, end));
		}
		return withRoom(memory,
				() -> this.transactions.inRoundTrips((statements) -> new PageQuery(statements, partition).page(offset,
						limit, Math.min(maxBytes, this.maxPageBytes), new Bounds(0, end), memory)));
	}

	/**
	 * Makes sure that a partition is still there, for whoever has reason to doubt it.
	 * @param partition a partition that existed
	 * @throws PartitionGoneException if its topic was deleted
	 */
	public void require(int partition) {
		this.transactions.inRoundTrips((statements) -> new PageQuery(statements, partition).bounds());
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

	/**
	 * Where a partition starts and ends.
	 *
	 * @param start the first record's offset
	 * @param end the offset that the next record will get
	 */
	public record Bounds(long start, long end) {
	}

	/**
	 * Records in offset order.
	 *
	 * @param offset where the page starts
	 * @param records the records
	 * @param bounds the partition's bounds when the page was read
	 */
	public record Page(long offset, List<StoredRecord> records, Bounds bounds) {

		/**
		 * The offset behind the last record.
		 * @return where the next page starts
		 */
		public long nextOffset() {
			return this.offset + this.records.size();
		}

		/**
		 * The partition's end when the page was read.
		 * @return the offset that the next record will get
		 */
		public long logEndOffset() {
			return this.bounds.end();
		}

		/**
		 * Whether the page was to start before the partition does: its records are
		 * deleted.
		 * @return true if so; then there are no records
		 */
		public boolean isBeforeStart() {
			return this.offset < this.bounds.start();
		}

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

		/**
		 * The given time, else the time of the append.
		 * @return milliseconds since 1970
		 */
		public long timestampMillis() {
			Long given = this.record.timestampMillis();
			return (given != null) ? given : this.appendedAt.toEpochMilli();
		}

	}

}
