package org.exactlyonce.gateway.store;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Thrown when there is too little room for another write.
 */
public final class StoreFullException extends DataAccessResourceFailureException {

	private static final long serialVersionUID = 1L;

	/**
	 * Explains what is lacking.
	 * @param message which disk, and how much is left
	 */
	public StoreFullException(String message) {
		super(message);
	}

}
