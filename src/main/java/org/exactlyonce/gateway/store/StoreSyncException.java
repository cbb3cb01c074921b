package org.exactlyonce.gateway.store;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Thrown when what was committed may not be durable: the outcome is unknown.
 */
public class StoreSyncException extends DataAccessResourceFailureException {

	private static final long serialVersionUID = 1L;

	/**
	 * Nothing is known of a commit.
	 * @param cause why
	 */
	public StoreSyncException(Throwable cause) {
		super("The database did not confirm that its data is on disk", cause);
	}

}
