package org.exactlyonce.client;

/**
 * The record's id is that of another record of the topic, with another payload. It is not
 * stored; the records around it are.
 */
public class IdReusedException extends RefusedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public IdReusedException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
