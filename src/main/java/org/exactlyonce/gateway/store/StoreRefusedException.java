package org.exactlyonce.gateway.store;

/**
 * Thrown when the gateway cannot keep its promises on this database, so that it does not
 * start.
 */
public class StoreRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** What to do about it. */
	private final String action;

	/**
	 * Explains the refusal.
	 * @param message what is wrong
	 * @param action what to do about it
	 */
	public StoreRefusedException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return a sentence or more
	 */
	public String action() {
		return this.action;
	}

}
