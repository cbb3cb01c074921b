package org.exactlyonce.client.internals;

import org.exactlyonce.client.GatewayException;

/**
 * Why a partition sends nothing until the producer has fenced its own past.
 *
 * @param batch the batch that fails; null: all that is not stored fails
 * @param failure why
 * @param since when, in nanoseconds
 */
record Stop(Batch batch, GatewayException failure, long since) {

	boolean failsAll() {
		return this.batch == null;
	}

	boolean fails(Batch other) {
		return failsAll() || other == this.batch;
	}

}
