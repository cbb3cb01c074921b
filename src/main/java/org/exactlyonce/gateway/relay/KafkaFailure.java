package org.exactlyonce.gateway.relay;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a failure in a Kafka transaction for its partition.
 */
enum KafkaFailure {

	/** A newer producer relays the partition. */
	FENCED,

	/** Kafka will never take one of the records as it is. */
	POISON,

	/** All else: the outcome may be unknown, so fence, read the cursor, go on there. */
	INDEFINITE;

	/**
	 * Classifies an exception by its causes.
	 * @param failure what Kafka's client has thrown
	 * @return the class
	 */
	static KafkaFailure of(Throwable failure) {
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
				return FENCED;
			}
			if (cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException
					|| cause instanceof InvalidTimestampException || cause instanceof InvalidRecordException) {
				return POISON;
			}
		}
		return INDEFINITE;
	}

	/** Whether Kafka has not answered in time. */
	static boolean isTimeOut(Throwable failure) {
		@Nullable Throwable cause = failure;
		while (cause != null && !(cause instanceof TimeoutException)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

}
