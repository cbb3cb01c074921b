package org.exactlyonce.client;

/**
 * The producer is closed, or was closed before the record was stored.
 */
public class ProducerClosedException extends GatewayException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public ProducerClosedException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
