package org.exactlyonce.client.internals;

/**
 * One send of a batch.
 *
 * @param batch the batch
 * @param number which send of the batch it is, from 1
 * @param acknowledged the sequence below which all was known to be stored then
 */
record Attempt(Batch batch, int number, long acknowledged) {

	/**
	 * Whether its answer still counts.
	 * @return false if the batch has been settled, sent again or replaced meanwhile
	 */
	boolean isCurrent() {
		return this.batch.state == Batch.State.IN_FLIGHT && this.batch.attempts == this.number;
	}

}
