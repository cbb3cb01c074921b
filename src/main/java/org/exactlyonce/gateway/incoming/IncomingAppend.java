package org.exactlyonce.gateway.incoming;

import org.exactlyonce.gateway.request.BodyMemory;
import org.exactlyonce.gateway.sequence.AppendIdentity;

/**
 * A well-formed append whose topic and partition were not looked at yet.
 *
 * @param <B> how its records are kept
 * @param place where its identity was sent, which names the fields in errors
 * @param sent the identity as it was sent, checked
 * @param batch the records
 * @param acknowledged whether the sender gets the outcome
 * @param memory to be closed when the request is done
 */
public record IncomingAppend<B extends IncomingBatch>(SentIdentity.Place place, SentIdentity sent, B batch,
		boolean acknowledged, BodyMemory memory) {

	/**
	 * The producer and its sequences, if there is one.
	 * @return the identity; an anonymous one without a producer
	 */
	public AppendIdentity identity() {
		return this.sent.of(this.batch.count());
	}

}
