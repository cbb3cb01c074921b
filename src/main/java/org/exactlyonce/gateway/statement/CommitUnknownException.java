package org.exactlyonce.gateway.statement;

/** Thrown when a transaction may or may not be committed. */
public final class CommitUnknownException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * The outcome of a commit is unknown.
	 * @param cause what failed once the commit was on its way
	 */
	public CommitUnknownException(Throwable cause) {
		super("The outcome of a commit is unknown", cause);
	}

}
