package org.exactlyonce.gateway.relay;

/**
 * Thrown where going on could lose or repeat a record, until an operator has acted.
 * Nothing was written.
 */
class RelayRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Explains the refusal.
	 * @param message what is wrong
	 * @param action what to do about it
	 */
	RelayRefusedException(String message, String action) {
		super(message);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
