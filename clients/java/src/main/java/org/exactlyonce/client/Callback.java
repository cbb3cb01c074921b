package org.exactlyonce.client;

/**
 * Is told what became of a record.
 */
@FunctionalInterface
public interface Callback {

	/**
	 * Called once a record, for the records of a partition in the order in which they
	 * were sent, on the producer's own thread: do not block here. Only for a record that
	 * the producer did not take (no room, fenced) it is called inside {@code send}, by
	 * the thread that sends. What a callback throws is logged.
	 * @param receipt where the record is stored; null if it is not
	 * @param failure why it is not stored, or why nobody knows
	 * ({@link UnknownOutcomeException}); null if it is stored
	 */
	void onCompletion(Receipt receipt, GatewayException failure);

}
