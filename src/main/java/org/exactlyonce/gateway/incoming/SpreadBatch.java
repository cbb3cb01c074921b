package org.exactlyonce.gateway.incoming;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.record.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records whose partitions the gateway chooses, which takes the number of partitions:
 * kept as they are until it is known.
 */
public final class SpreadBatch extends IncomingBatch {

	/** Its objects, and the heads of its arrays. */
	private static final long RECORD_BYTES = 160;

	private final boolean idDecides;

	private List<Entry> entries = new ArrayList<>();

	SpreadBatch(int maxRecords, long maxBytes, @Nullable String requestId, boolean idDecides) {
		super(maxRecords, maxBytes, requestId);
		this.idDecides = idDecides;
	}

	/**
	 * Whether records with one id are the same, whatever is in them.
	 * @return false if what is in them is compared
	 */
	public boolean idDecides() {
		return this.idDecides;
	}

	@Override
	boolean isSpread() {
		return true;
	}

	@Override
	long bytesOfRecord() {
		return RECORD_BYTES;
	}

	@Override
	void keep(LogRecord record, @Nullable Long partition) {
		this.entries.add(new Entry(record, partition));
	}

	/**
	 * Hands the records over, in the order of the request.
	 * @return at least one; none the next time
	 */
	public List<Entry> take() {
		List<Entry> taken = this.entries;
		this.entries = List.of();
		return taken;
	}

	/**
	 * The highest partition that a record names.
	 * @return that, or −1 if none does
	 */
	public long highestPartition() {
		return this.entries.stream()
			.mapToLong((entry) -> (entry.partition() != null) ? entry.partition() : -1)
			.max()
			.orElse(-1);
	}

	/**
	 * A record of the request.
	 *
	 * @param record the record
	 * @param partition the partition that it names, 0 to 2^53−1, or null
	 */
	public record Entry(LogRecord record, @Nullable Long partition) {
	}

}
