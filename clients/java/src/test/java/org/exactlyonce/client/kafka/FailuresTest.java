package org.exactlyonce.client.kafka;

import java.util.stream.Stream;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
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
import org.exactlyonce.client.NotOwnerException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.Problem;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.RecordTooLargeException;
import org.exactlyonce.client.RefusedException;
import org.exactlyonce.client.UnknownOutcomeException;
import org.exactlyonce.client.UnknownPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The client's exceptions as Kafka's.
 */
class FailuresTest {

	private static Problem problem(int status) {
		return new Problem(status, "CODE", "title", "detail", "stop");
	}

	static Stream<Arguments> failures() {
		return Stream.of(arguments(new NotStoredException("m", null, null), TimeoutException.class),
				arguments(new FencedException("m", problem(403), null), ProducerFencedException.class),
				arguments(new LogMismatchException("m", null, null), OutOfOrderSequenceException.class),
				arguments(new RecordTooLargeException("m", null, null),
						org.apache.kafka.common.errors.RecordTooLargeException.class),
				arguments(new InvalidRecordException("m", null, null),
						org.apache.kafka.common.InvalidRecordException.class),
				arguments(new InvalidTopicException("m", null, null),
						org.apache.kafka.common.errors.InvalidTopicException.class),
				arguments(new UnknownPartitionException("m", problem(404), null),
						UnknownTopicOrPartitionException.class),
				arguments(new NotAuthenticatedException("m", problem(401), null), AuthenticationException.class),
				arguments(new NotAuthorizedException("m", problem(403), null), AuthorizationException.class),
				arguments(new NotOwnerException("m", problem(403), null), AuthorizationException.class),
				arguments(new IdReusedException("m", problem(422), null),
						org.apache.kafka.common.InvalidRecordException.class),
				arguments(new NotTrustedException("m", null), SslAuthenticationException.class),
				arguments(new RefusedException("m", problem(422), null), InvalidRequestException.class),
				arguments(new ProducerClosedException("m", null, null), KafkaException.class),
				arguments(new GatewayException("m", problem(400), null), KafkaException.class));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void eachHasKafkasExceptionAndItselfAsTheCause(GatewayException failure, Class<?> expected) {
		KafkaException exception = Failures.toKafka(failure, "records");
		assertThat(exception).isExactlyInstanceOf(expected).hasMessage("m").hasCause(failure);
	}

	@Test
	void missingRightNamesTheTopic() {
		Problem forbidden = new Problem(403, "FORBIDDEN", "title", "detail", "stop");
		KafkaException exception = Failures.toKafka(new NotAuthorizedException("m", forbidden, null), "orders");
		assertThat(exception).isInstanceOfSatisfying(TopicAuthorizationException.class,
				(refused) -> assertThat(refused.unauthorizedTopics()).containsExactly("orders"));
	}

	@Test
	void onlyAnUnknownOutcomeIsUnknown() {
		KafkaException exception = Failures.toKafka(new UnknownOutcomeException("m", null, null), "records");
		assertThat(exception).isInstanceOf(OutcomeUnknownException.class).isInstanceOf(ApiException.class);
		assertThat(failures().map((arguments) -> (GatewayException) arguments.get()[0])
			.map((failure) -> Failures.toKafka(failure, "records")))
			.noneMatch(OutcomeUnknownException.class::isInstance);
	}

}
