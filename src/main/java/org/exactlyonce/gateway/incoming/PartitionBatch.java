package org.exactlyonce.gateway.incoming;

import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Records that all go to the partition in the path: read straight into the bytes that are
 * stored.
 */
public final class PartitionBatch extends IncomingBatch {

	private final RecordEncoder encoder = new RecordEncoder();

	private @Nullable EncodedBatch encoded;

	PartitionBatch(int maxRecords, long maxBytes) {
		super(maxRecords, maxBytes);
	}

	@Override
	boolean isSpread() {
		return false;
	}

	@Override
	void keep(LogRecord record, @Nullable Long partition) {
		this.encoder.add(record);
	}

	/**
	 * The records as they are stored.
	 * @return the batch, the same each time
	 */
	public EncodedBatch encoded() {
		if (this.encoded == null) {
			this.encoded = this.encoder.encode();
		}
		return this.encoded;
	}

}
