package org.exactlyonce.client.internals;

import org.exactlyonce.client.GatewayException;

/**
 * Why a partition sends nothing until the producer has fenced its own past.
 *
 * @param batch the batch that cannot be sent as it is; null: all that is not stored fails
 * @param failure why; null: the records of the batch are to be sent each alone
 * @param since when, in nanoseconds
 */
record Stop(Batch batch, GatewayException failure, long since) {

	boolean failsAll() {
		return this.batch == null;
	}

	boolean fails(Batch other) {
		return failsAll() || (other == this.batch && this.failure != null);
	}

}
