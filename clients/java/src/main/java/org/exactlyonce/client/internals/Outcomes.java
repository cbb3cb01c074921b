package org.exactlyonce.client.internals;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.UnknownOutcomeException;

/**
 * What is told of records that have failed.
 */
final class Outcomes {

	private Outcomes() {
	}

	static NotStoredException timeout(Exception trouble) {
		return notStored("The delivery time-out is over: the record is not stored.", trouble);
	}

	static NotStoredException noAnswer(Exception trouble) {
		return notStored("No gateway told for as long as the delivery time-out, twice.", trouble);
	}

	static NotStoredException notSentAgain(Exception trouble) {
		return notStored("The request failed, and is not sent again.", trouble);
	}

	private static NotStoredException notStored(String message, Exception trouble) {
		return new NotStoredException(message,
				(trouble instanceof GatewayException answered) ? answered.problem() : null, trouble);
	}

	static ProducerClosedException closed() {
		return new ProducerClosedException("The producer was closed before the record was stored.", null, null);
	}

	static ProducerClosedException isClosed() {
		return new ProducerClosedException("The producer is closed.", null, null);
	}

	static UnknownOutcomeException unknown(GatewayException cause) {
		return new UnknownOutcomeException("The record may be stored, or not: " + cause.getMessage(), cause.problem(),
				cause);
	}

	/**
	 * What is told of a batch that nothing more is done for.
	 * @param batch the batch
	 * @param failure why
	 * @return the failure, if it is not stored
	 */
	static GatewayException of(Batch batch, GatewayException failure) {
		return of(batch, failure, failure);
	}

	static GatewayException of(Batch batch, GatewayException failure, GatewayException cause) {
		return batch.mayBeStored() ? unknown(cause) : failure;
	}

}
