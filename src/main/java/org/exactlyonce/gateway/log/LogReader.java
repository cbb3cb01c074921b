package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

import org.exactlyonce.gateway.store.Store;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Reads pages of committed records, in offset order. The end is read first, so a page
 * never shows an offset before a lower one; what it shows is durable before it is told.
 */
@Component
public class LogReader {

	private static final int FIRST_ROWS = 16;

	private final SessionFactory sessions;

	private final Store store;

	private final Tail tail;

	private final long maxPageBytes;

	LogReader(SessionFactory sessions, Store store, Tail tail, LogProperties properties) {
		this.sessions = sessions;
		this.store = store;
		this.tail = tail;
		this.maxPageBytes = properties.maxPageBytes().toBytes();
	}

	/**
	 * Reads a page.
	 * @param partition an existing partition
	 * @param offset where to start; past the end the page is empty
	 * @param limit the most records to read
	 * @return the page; it also ends at {@code gateway.max-page-bytes}, but holds at
	 * least one record if there is one
	 */
	public Page read(int partition, long offset, int limit) {
		Page page = this.store.durably(() -> inTransaction((session) -> {
			long end = session
				.createSelectionQuery("select p.logEndOffset from LogPartition p where p.partition = :partition",
						Long.class)
				.setParameter("partition", partition)
				.getSingleResult();
			return page(session, partition, offset, limit, this.maxPageBytes, end);
		}));
		this.tail.publish(partition, page.logEndOffset());
		return page;
	}

	/**
	 * Reads what the {@link Tail} knows to be durable, without asking where the partition
	 * ends.
	 * @param partition an existing partition
	 * @param offset where to start
	 * @param limit the most records to read
	 * @param maxBytes where the page ends, though it holds one record at least
	 * @return the page
	 */
	public Page readTail(int partition, long offset, int limit, long maxBytes) {
		long end = this.tail.end(partition);
		if (offset >= end) {
			return new Page(List.of(), end);
		}
		return inTransaction(
				(session) -> page(session, partition, offset, limit, Math.min(maxBytes, this.maxPageBytes), end));
	}

	private Page inTransaction(Function<StatelessSession, Page> query) {
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			session.beginTransaction();
			Page page = query.apply(session);
			session.getTransaction().commit();
			return page;
		}
	}

	private static Page page(StatelessSession session, int partition, long offset, int limit, long maxBytes, long end) {
		return new Page(records(new BatchQueries(session, partition), offset, end, limit, maxBytes), end);
	}

	private static List<StoredRecord> records(BatchQueries batches, long offset, long end, int limit, long maxBytes) {
		OptionalLong floor = (offset < end) ? batches.floor(offset) : OptionalLong.empty();
		if (floor.isEmpty()) {
			return List.of();
		}
		List<BatchQueries.Size> page = batches(batches, floor.getAsLong(), Math.min(end, offset + limit), limit,
				maxBytes);
		List<StoredRecord> records = new ArrayList<>();
		long bytes = 0;
		for (RecordBatch batch : batches.load(page.get(0).base(), page.get(page.size() - 1).base())) {
			int skipped = (int) Math.max(0, offset - batch.baseOffset());
			RecordDecoder decoder = new RecordDecoder(batch.payload()).skip(skipped);
			for (int i = skipped; i < batch.recordCount() && records.size() < limit; i++) {
				Long baseSequence = batch.baseSequence();
				LogRecord record = decoder.next().read();
				bytes += record.value().length;
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
	 * small: H2 reads a payload to tell its size.
	 */
	private static List<BatchQueries.Size> batches(BatchQueries batches, long fromBaseOffset, long endOffset, int limit,
			long maxBytes) {
		for (int rows = FIRST_ROWS;; rows *= 8) {
			List<BatchQueries.Size> sizes = batches.sizes(fromBaseOffset, endOffset, Math.min(rows, limit));
			List<BatchQueries.Size> page = BatchQueries.chunks(sizes, maxBytes).get(0);
			if (page.size() < sizes.size() || sizes.size() < rows || rows >= limit) {
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
	 * @param producerId who sent it; null for an append without an identity
	 * @param producerEpoch the epoch it was sent under
	 * @param sequence its sequence
	 * @param appendedAt when its batch was appended
	 */
	public record StoredRecord(long offset, LogRecord record, @Nullable Long producerId, @Nullable Long producerEpoch,
			@Nullable Long sequence, Instant appendedAt) {
	}

}
