package org.exactlyonce.client.kafka;

import org.apache.kafka.common.errors.ApiException;

/**
 * Whether the record is stored is not known: no gateway answered; or, while the record
 * was under way, another process took over the producer, the producer was closed, or it
 * failed itself. Every other failure says that the record is not stored.
 */
public class OutcomeUnknownException extends ApiException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param cause the cause
	 */
	public OutcomeUnknownException(String message, Throwable cause) {
		super(message, cause);
	}

}
