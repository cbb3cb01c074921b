package org.exactlyonce.client;

/**
 * The records that a reader would go on at are no longer there: retention has deleted
 * them. A reader that may leave them out begins anew at {@link #logStartOffset}.
 */
public class OffsetOutOfRangeException extends RefusedException {

	/** The offset of the partition's first record; -1 if it is not known. */
	private final long logStartOffset;

	/** The offset that the partition's next record will get; -1 if it is not known. */
	private final long logEndOffset;

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 * @param logStartOffset the offset of the partition's first record
	 * @param logEndOffset the offset that the partition's next record will get
	 */
	public OffsetOutOfRangeException(String message, Problem problem, Throwable cause, long logStartOffset,
			long logEndOffset) {
		super(message, problem, cause);
		this.logStartOffset = logStartOffset;
		this.logEndOffset = logEndOffset;
	}

	/**
	 * Where the partition starts.
	 * @return the offset of its first record; -1 if the gateway did not say it
	 */
	public long logStartOffset() {
		return this.logStartOffset;
	}

	/**
	 * Where the partition ends.
	 * @return the offset that its next record will get; -1 if the gateway did not say it
	 */
	public long logEndOffset() {
		return this.logEndOffset;
	}

}
