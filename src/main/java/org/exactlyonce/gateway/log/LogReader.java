package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

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
class LogReader {

	private static final int FIRST_ROWS = 16;

	private final SessionFactory sessions;

	private final Store store;

	private final long maxPageBytes;

	LogReader(SessionFactory sessions, Store store, LogProperties properties) {
		this.sessions = sessions;
		this.store = store;
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
	Page read(int partition, long offset, int limit) {
		return this.store.durably(() -> readCommitted(partition, offset, limit));
	}

	private Page readCommitted(int partition, long offset, int limit) {
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			session.beginTransaction();
			long end = session
				.createSelectionQuery("select p.logEndOffset from LogPartition p where p.partition = :partition",
						Long.class)
				.setParameter("partition", partition)
				.getSingleResult();
			Page page = new Page(records(new BatchQueries(session, partition), offset, end, limit), end);
			session.getTransaction().commit();
			return page;
		}
	}

	private List<StoredRecord> records(BatchQueries batches, long offset, long end, int limit) {
		OptionalLong floor = (offset < end) ? batches.floor(offset) : OptionalLong.empty();
		if (floor.isEmpty()) {
			return List.of();
		}
		List<BatchQueries.Size> page = page(batches, floor.getAsLong(), Math.min(end, offset + limit), limit);
		List<StoredRecord> records = new ArrayList<>();
		long bytes = 0;
		for (RecordBatch batch : batches.load(page.get(0).base(), page.get(page.size() - 1).base())) {
			int skipped = (int) Math.max(0, offset - batch.baseOffset());
			RecordDecoder decoder = new RecordDecoder(batch.payload()).skip(skipped);
			for (int i = skipped; i < batch.recordCount() && records.size() < limit; i++) {
				Long baseSequence = batch.baseSequence();
				LogRecord record = decoder.next().read();
				bytes += record.value().length;
				if (bytes > this.maxPageBytes && !records.isEmpty()) {
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
	private List<BatchQueries.Size> page(BatchQueries batches, long fromBaseOffset, long endOffset, int limit) {
		for (int rows = FIRST_ROWS;; rows *= 8) {
			List<BatchQueries.Size> sizes = batches.sizes(fromBaseOffset, endOffset, Math.min(rows, limit));
			List<BatchQueries.Size> page = BatchQueries.chunks(sizes, this.maxPageBytes).get(0);
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
	record Page(List<StoredRecord> records, long logEndOffset) {
	}

	/**
	 * A record in the log.
	 */
	record StoredRecord(long offset, LogRecord record, @Nullable Long producerId, @Nullable Long producerEpoch,
			@Nullable Long sequence, Instant appendedAt) {
	}

}
