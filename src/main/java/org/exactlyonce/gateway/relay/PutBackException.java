package org.exactlyonce.gateway.relay;

import org.apache.kafka.common.KafkaException;

/**
 * Thrown where a record went into a topic in Kafka that was deleted and made anew, or put
 * back, since it was looked at. Nothing was committed; what Kafka still has is to be
 * read.
 */
class PutBackException extends KafkaException {

	private static final long serialVersionUID = 1L;

	/**
	 * Explains the doubt.
	 * @param message what was found
	 */
	PutBackException(String message) {
		super(message);
	}

}
