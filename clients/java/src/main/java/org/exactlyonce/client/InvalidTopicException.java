package org.exactlyonce.client;

/**
 * The topic has a name that no topic can have.
 */
public class InvalidTopicException extends RefusedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public InvalidTopicException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
