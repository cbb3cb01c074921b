package org.exactlyonce.gateway.store;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The database has closed itself, and somebody else could not open it again in time.
 */
final class StoreClosedException extends DataAccessResourceFailureException {

	private static final long serialVersionUID = 1L;

	StoreClosedException(String message) {
		super(message);
	}

}
