package org.exactlyonce.client;

/**
 * What the log has is not what this producer or reader was told: records that were stored
 * are no longer there (a backup was put back, or the topic was deleted), or somebody else
 * writes under this producer's id. This producer takes no more records for that
 * partition; if the log does not know the producer, none at all. A reader ends: it would
 * wait until the log is as long again, and skip what is new.
 */
public class LogMismatchException extends GatewayException {

	/**
	 * Makes the exception.
	 * @param message what happened
	 * @param problem what the gateway said; null if it said nothing
	 * @param cause the cause; may be null
	 */
	public LogMismatchException(String message, Problem problem, Throwable cause) {
		super(message, problem, cause);
	}

}
