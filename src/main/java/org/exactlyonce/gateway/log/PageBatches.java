package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one page, read in a few steps, none of them twice. Memory is taken
 * before each step, for all that it may bring.
 */
final class PageBatches {

	/**
	 * Few at first, and more while they are small: H2 reads a payload to find its size.
	 */
	private static final int FIRST_ROWS = 16;

	private static final int TIMES_MORE = 8;

	private static final int MOST_ROWS = 2048;

	/** A payload in the driver, in the batch, and taken apart into values. */
	private static final int COPIES = 3;

	/** What a record takes beside its bytes. */
	private static final int RECORD_BYTES = 300;

	private final OffsetIndex index;

	private final int limit;

	private final long maxBytes;

	private final List<PageBatch> batches = new ArrayList<>();

	private Map<Long, byte[]> largePayloads = Map.of();

	private long bytes;

	private long records;

	/**
	 * None yet.
	 * @param index has the transaction
	 * @param limit the most records of the page
	 * @param maxBytes where the page ends, though it holds one record at least
	 */
	PageBatches(OffsetIndex index, int limit, long maxBytes) {
		this.index = index;
		this.limit = limit;
		this.maxBytes = maxBytes;
	}

	/**
	 * Reads the batches from a base offset up to an offset.
	 * @return false if there is no memory for them now
	 */
	boolean read(long fromBaseOffset, long endOffset, PageMemory memory) {
		long next = fromBaseOffset;
		for (int most = FIRST_ROWS; next < endOffset; most = Math.min(most * TIMES_MORE, MOST_ROWS)) {
			int rows = (int) Math.min(Math.min(most, this.limit), Math.min(endOffset - next, rowsThatFit()));
			if (!memory.tryReserve(cost(rows))) {
				return false;
			}
			List<PageBatch> found = this.index.batches(next, endOffset, rows);
			next = (add(found, next) && found.size() == rows) ? found.get(rows - 1).nextOffset() : endOffset;
		}
		if (!memory.tryReserve(cost(0))) {
			return false;
		}
		memory.keep(cost(0));
		if (this.batches.stream().anyMatch((batch) -> batch.payload() == null)) {
			this.largePayloads = this.index.largePayloads(this.batches.get(0).baseOffset(),
					this.batches.get(this.batches.size() - 1).baseOffset());
		}
		return true;
	}

	/**
	 * As many as there is room for, if they are as small as those before, and one more.
	 */
	private long rowsThatFit() {
		return (this.bytes > 0) ? 1 + (this.maxBytes - this.bytes) * this.batches.size() / this.bytes : MOST_ROWS;
	}

	/**
	 * Adds batches, as long as they fit and none is missing: retention may have deleted
	 * some since the last step.
	 */
	private boolean add(List<PageBatch> found, long first) {
		long next = first;
		for (PageBatch batch : found) {
			boolean fits = this.batches.isEmpty() || this.bytes + batch.bytes() <= this.maxBytes;
			if (!fits || batch.baseOffset() != next) {
				return false;
			}
			this.batches.add(batch);
			this.bytes += batch.bytes();
			this.records += batch.recordCount();
			next = batch.nextOffset();
		}
		return true;
	}

	/** What the page takes with so many more batches that are small. */
	private long cost(int rows) {
		return COPIES * (this.bytes + (long) rows * PageBatch.SMALL)
				+ RECORD_BYTES * Math.min(this.records + rows, this.limit);
	}

	/**
	 * Takes the batches apart.
	 * @param offset the first record's offset
	 * @return the records, up to a batch that was deleted before its payload was loaded
	 */
	List<StoredRecord> records(long offset) {
		List<StoredRecord> page = new ArrayList<>();
		long size = 0;
		for (PageBatch batch : this.batches) {
			byte[] payload = payload(batch);
			if (payload == null) {
				return page;
			}
			int skipped = (int) Math.min(batch.recordCount(), Math.max(0, offset - batch.baseOffset()));
			RecordDecoder decoder = new RecordDecoder(payload).skip(skipped);
			for (int i = skipped; i < batch.recordCount() && page.size() < this.limit; i++) {
				LogRecord record = decoder.next().read();
				size += record.value().bytes().length;
				if (size > this.maxBytes && !page.isEmpty()) {
					return page;
				}
				Long baseSequence = batch.baseSequence();
				page.add(new StoredRecord(batch.baseOffset() + i, record, batch.producerId(), batch.producerEpoch(),
						(baseSequence != null) ? baseSequence + i : null, batch.appendedAt()));
			}
		}
		return page;
	}

	private byte @Nullable [] payload(PageBatch batch) {
		byte[] payload = batch.payload();
		return (payload != null) ? payload : this.largePayloads.get(batch.baseOffset());
	}

}
