package org.exactlyonce.client;

/**
 * The record is larger than the client or the gateway takes.
 */
public class RecordTooLargeException extends RefusedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public RecordTooLargeException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
