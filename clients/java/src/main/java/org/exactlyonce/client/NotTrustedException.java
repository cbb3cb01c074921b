package org.exactlyonce.client;

/**
 * No gateway has a certificate that is trusted, and none has ever answered: nothing was
 * sent. Once one has answered, a certificate that is not trusted may be so for a while,
 * and the request is tried again.
 */
public class NotTrustedException extends RefusedException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param cause the failure of the TLS handshake
	 */
	public NotTrustedException(String message, Throwable cause) {
		super(message, null, cause);
	}

}
