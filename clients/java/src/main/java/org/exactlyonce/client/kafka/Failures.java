package org.exactlyonce.client.kafka;

import java.util.Set;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.exactlyonce.client.FencedException;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.IdReusedException;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.InvalidTopicException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.NotAuthenticatedException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.RecordTooLargeException;
import org.exactlyonce.client.RefusedException;
import org.exactlyonce.client.UnknownOutcomeException;
import org.exactlyonce.client.UnknownPartitionException;

/**
 * The client's exceptions as Kafka's, with the client's as their cause.
 */
final class Failures {

	private Failures() {
	}

	/**
	 * The exception that Kafka has for it.
	 * @param failure the client's exception
	 * @param topic the topic that it was about
	 * @return Kafka's exception
	 */
	static KafkaException toKafka(GatewayException failure, String topic) {
		KafkaException exception = translate(failure, failure.getMessage(), topic);
		if (exception.getCause() == null) {
			exception.initCause(failure);
		}
		return exception;
	}

	private static KafkaException translate(GatewayException failure, String message, String topic) {
		if (failure instanceof UnknownOutcomeException) {
			return new OutcomeUnknownException(message, failure);
		}
		if (failure instanceof NotStoredException) {
			return new TimeoutException(message, failure);
		}
		if (failure instanceof FencedException) {
			return new ProducerFencedException(message);
		}
		if (failure instanceof LogMismatchException) {
			return new OutOfOrderSequenceException(message);
		}
		if (failure instanceof NotAuthorizedException) {
			return notAuthorized(failure, message, topic);
		}
		if (failure instanceof RefusedException refused) {
			return refused(refused, message);
		}
		return new KafkaException(message, failure);
	}

	private static KafkaException refused(RefusedException failure, String message) {
		if (failure instanceof RecordTooLargeException) {
			return new org.apache.kafka.common.errors.RecordTooLargeException(message, failure);
		}
		if (failure instanceof InvalidRecordException || failure instanceof IdReusedException) {
			return new org.apache.kafka.common.InvalidRecordException(message, failure);
		}
		if (failure instanceof InvalidTopicException) {
			return new org.apache.kafka.common.errors.InvalidTopicException(message, failure);
		}
		if (failure instanceof UnknownPartitionException) {
			return new UnknownTopicOrPartitionException(message, failure);
		}
		if (failure instanceof NotTrustedException) {
			return new SslAuthenticationException(message, failure);
		}
		return new InvalidRequestException(message, failure);
	}

	private static KafkaException notAuthorized(GatewayException failure, String message, String topic) {
		if (failure instanceof NotAuthenticatedException) {
			return new AuthenticationException(message, failure);
		}
		// Where it is no right that is missing, it is not the topic that is refused.
		boolean isRight = failure.problem() == null || "FORBIDDEN".equals(failure.problem().code());
		return isRight ? new TopicAuthorizationException(message, Set.of(topic))
				: new AuthorizationException(message, failure);
	}

}
