package org.exactlyonce.client;

/**
 * The gateway, or the client before it sends, refused the record for good.
 */
public class RefusedException extends GatewayException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public RefusedException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
