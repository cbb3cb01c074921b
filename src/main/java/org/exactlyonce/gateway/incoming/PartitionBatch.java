package org.exactlyonce.gateway.incoming;

import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordEncoder;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Records that all go to the partition in the path: read straight into the bytes that are
 * stored.
 */
public final class PartitionBatch extends IncomingBatch {

	/** Null once all is encoded: a request may wait for long. */
	private @Nullable RecordEncoder encoder = new RecordEncoder();

	private @Nullable EncodedBatch encoded;

	private final SentIds ids;

	PartitionBatch(int maxRecords, long maxBytes, @Nullable String requestId) {
		super(maxRecords, maxBytes, requestId);
		this.ids = new SentIds(requestId, false);
	}

	@Override
	boolean isSpread() {
		return false;
	}

	@Override
	long bytesOfRecord() {
		return 0; // it is bytes already
	}

	@Override
	void keep(LogRecord record, @Nullable Long partition) {
		if (this.encoder == null) {
			throw new IllegalStateException("The batch has ended");
		}
		this.encoder.add(record);
		this.ids.add(record, SentIds.NO_PARTITION);
	}

	@Override
	void end() {
		super.end();
		if (this.encoder != null) {
			this.encoded = this.encoder.encode();
			this.encoder = null;
		}
	}

	/**
	 * The ids of the records, once the batch has ended.
	 * @param topicId the topic that they are for
	 * @param partition the partition's number
	 * @return the ids; an anonymous append if there is none
	 */
	public AppendIdentity identity(int topicId, int partition) {
		return hasIds() ? this.ids.toIdentity(topicId, partition, new int[count()]) : new AppendIdentity.Anonymous();
	}

	/**
	 * The records as they are stored, once the batch has ended.
	 * @return the batch
	 */
	public EncodedBatch encoded() {
		if (this.encoded == null) {
			throw new IllegalStateException("The batch has not ended");
		}
		return this.encoded;
	}

}
