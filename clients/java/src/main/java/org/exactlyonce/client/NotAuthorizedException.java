package org.exactlyonce.client;

/**
 * The gateway does not serve this caller: the token has not the right, or it is a
 * {@link NotAuthenticatedException} or a {@link NotOwnerException}.
 */
public class NotAuthorizedException extends RefusedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public NotAuthorizedException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
