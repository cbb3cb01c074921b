package org.exactlyonce.client;

/**
 * The gateway does not know who sends: there is no token, or none that is valid.
 */
public class NotAuthenticatedException extends NotAuthorizedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public NotAuthenticatedException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
