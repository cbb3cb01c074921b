package org.exactlyonce.client;

/**
 * There is no such topic or partition.
 */
public class UnknownPartitionException extends RefusedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public UnknownPartitionException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
