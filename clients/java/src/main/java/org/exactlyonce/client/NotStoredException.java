package org.exactlyonce.client;

/**
 * The time was over: the record is not stored, and cannot be stored any more.
 */
public class NotStoredException extends GatewayException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public NotStoredException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
