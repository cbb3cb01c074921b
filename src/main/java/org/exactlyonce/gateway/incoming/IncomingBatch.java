package org.exactlyonce.gateway.incoming;

import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;

/**
 * The records of one request while they are read. One use, one thread.
 */
public abstract class IncomingBatch {

	private static final long ID_BYTES = 150;

	private final int maxRecords;

	private final long maxBytes;

	private int count;

	private long valueBytes;

	private final @Nullable String requestId;

	/** Each record has it. */
	private final int requestIdBytes;

	/** What the first id that a record has of its own is called. */
	private @Nullable String idField;

	private int ids;

	private long counted;

	/**
	 * Begins a batch.
	 * @param maxRecords how many records it may have
	 * @param maxBytes how many bytes their values may have
	 * @param requestId the id of the request as a whole, or null
	 */
	IncomingBatch(int maxRecords, long maxBytes, @Nullable String requestId) {
		this.maxRecords = maxRecords;
		this.maxBytes = maxBytes;
		this.requestId = requestId;
		this.requestIdBytes = (requestId != null) ? requestId.getBytes(StandardCharsets.UTF_8).length : 0;
	}

	/**
	 * The id of the request as a whole.
	 * @return the id, or null
	 */
	public @Nullable String requestId() {
		return this.requestId;
	}

	/**
	 * Whether the request or a record of it has an id.
	 * @return true if so
	 */
	public boolean hasIds() {
		return this.requestId != null || this.ids > 0;
	}

	/**
	 * What the records take in memory beside their bytes, about, of those that came since
	 * it was asked last.
	 */
	long uncountedBytes() {
		long kept = Math.min(this.count, this.maxRecords);
		long all = this.ids * ID_BYTES + kept * (this.requestIdBytes + bytesOfRecord());
		long uncounted = all - this.counted;
		this.counted = all;
		return uncounted;
	}

	/** What a record takes while it is kept, beside its bytes and its id. */
	abstract long bytesOfRecord();

	/** What the first id that a record has of its own is called; null if none has one. */
	@Nullable String idField() {
		return this.idField;
	}

	/**
	 * How many records there were, well-formed or not.
	 * @return their number
	 */
	public int count() {
		return this.count;
	}

	/**
	 * Whether the gateway chooses the partition, and a record may name it.
	 */
	abstract boolean isSpread();

	/**
	 * Takes a well-formed record.
	 */
	abstract void keep(LogRecord record, @Nullable Long partition);

	/**
	 * Takes a record.
	 * @param record the record, or null if it is malformed
	 * @param partition the partition that it names, or null
	 * @param idName what its id is called, if it has one of its own
	 * @throws ProblemException 413 if the values have too many bytes
	 */
	void add(@Nullable LogRecord record, @Nullable Long partition, String idName) {
		this.count++;
		if (record == null) {
			return;
		}
		if (record.id() != null) {
			this.idField = (this.idField != null) ? this.idField : idName;
			this.ids++;
		}
		this.valueBytes += record.value().bytes().length;
		if (this.valueBytes > this.maxBytes) {
			throw tooManyBytes(this.valueBytes);
		}
		requireSmallIds();
		if (this.count <= this.maxRecords) {
			keep((this.requestId != null) ? record.withId(RecordId.textOf(this.requestId, this.count - 1)) : record,
					partition);
		}
	}

	/**
	 * Each record is stored with the request's id, whose length the body does not show.
	 */
	private void requireSmallIds() {
		long idBytes = (long) this.count * this.requestIdBytes;
		if (idBytes > this.maxBytes) {
			throw Problem.of(ProblemType.RECORD_BATCH_TOO_LARGE,
					"The batch has %d records or more with an Idempotency-Key of %d bytes each; they may have %d bytes."
						.formatted(this.count, this.requestIdBytes, this.maxBytes))
				.with("maxBytes", this.maxBytes)
				.toException();
		}
	}

	/**
	 * What to answer to a body that cannot be read to its end: over the limit it is a
	 * 413, as its values cannot be counted.
	 * @param bodyBytes the body's size
	 * @param malformed the answer under the limit
	 * @return the answer
	 */
	ProblemException unreadable(long bodyBytes, ProblemException malformed) {
		boolean uncounted = bodyBytes > this.maxBytes && this.valueBytes <= this.maxBytes;
		return uncounted ? tooManyBytes(bodyBytes) : malformed;
	}

	/**
	 * Ends the batch, once all is known to be well-formed.
	 * @throws ProblemException 413 if there are too many records
	 */
	void end() {
		if (this.count > this.maxRecords) {
			throw Problem
				.of(ProblemType.RECORD_BATCH_TOO_LARGE,
						"The batch has " + this.count + " records; it may have " + this.maxRecords + ".")
				.with("maxRecords", this.maxRecords)
				.toException();
		}
	}

	private ProblemException tooManyBytes(long bytes) {
		return Problem
			.of(ProblemType.RECORD_BATCH_TOO_LARGE,
					"The batch has " + bytes + " bytes or more; its values may have " + this.maxBytes + ".")
			.with("maxBytes", this.maxBytes)
			.toException();
	}

}
