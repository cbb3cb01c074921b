package org.exactlyonce.gateway.relay;

/**
 * Thrown for a record that Kafka will never take as it is. The transaction with it is not
 * committed.
 */
class PoisonException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final long offset;

	/**
	 * Names the record.
	 * @param offset its offset in the log
	 * @param cause Kafka's reason
	 */
	PoisonException(long offset, Exception cause) {
		super(cause.getMessage(), cause);
		this.offset = offset;
	}

	long offset() {
		return this.offset;
	}

}
