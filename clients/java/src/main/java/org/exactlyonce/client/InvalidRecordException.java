package org.exactlyonce.client;

/**
 * The record cannot be sent: its JSON or text, its id, a header or its timestamp is not
 * valid.
 */
public class InvalidRecordException extends RefusedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public InvalidRecordException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
