package org.exactlyonce.client;

/**
 * Another process has registered under this producer's name. This one has ended.
 */
public class FencedException extends GatewayException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public FencedException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
