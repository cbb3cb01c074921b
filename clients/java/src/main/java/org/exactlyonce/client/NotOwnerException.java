package org.exactlyonce.client;

/**
 * The producer, or its name, belongs to another principal than the one whose token this
 * is.
 */
public class NotOwnerException extends NotAuthorizedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public NotOwnerException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
