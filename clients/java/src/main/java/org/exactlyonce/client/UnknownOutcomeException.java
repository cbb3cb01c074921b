package org.exactlyonce.client;

/**
 * Nobody can tell whether the record is stored: no gateway answered; or, while the record
 * was under way, another process took over the producer, the producer was closed, or it
 * failed itself. The cause says which.
 */
public class UnknownOutcomeException extends GatewayException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public UnknownOutcomeException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
