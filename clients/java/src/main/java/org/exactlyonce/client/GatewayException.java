package org.exactlyonce.client;

/**
 * A record was not stored, unless it is an {@link UnknownOutcomeException}.
 */
public class GatewayException extends RuntimeException {

	private final transient Problem problem;

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public GatewayException(String message, Problem problem, Throwable cause) {
		super(message, cause);
		this.problem = problem;
	}

	/**
	 * What the gateway said.
	 * @return the problem, or null if the gateway said nothing
	 */
	public Problem problem() {
		return this.problem;
	}

}
