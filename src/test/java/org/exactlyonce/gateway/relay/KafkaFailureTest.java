package org.exactlyonce.gateway.relay;

import java.util.stream.Stream;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaFailureTest {

	static Stream<Arguments> failures() {
		return Stream.of(Arguments.of(new ProducerFencedException("newer"), KafkaFailure.FENCED),
				Arguments.of(new InvalidProducerEpochException("newer"), KafkaFailure.FENCED),
				Arguments.of(new RecordTooLargeException("large"), KafkaFailure.POISON),
				Arguments.of(new InvalidTimestampException("late"), KafkaFailure.POISON),
				Arguments.of(new TimeoutException("slow"), KafkaFailure.INDEFINITE),
				Arguments.of(new TransactionAbortableException("again"), KafkaFailure.INDEFINITE),
				Arguments.of(new InvalidPidMappingException("forgotten after a week"), KafkaFailure.INDEFINITE),
				Arguments.of(new TopicAuthorizationException("secret"), KafkaFailure.INDEFINITE),
				Arguments.of(new IllegalStateException("bug"), KafkaFailure.INDEFINITE));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void isFoundByTheException(Exception failure, KafkaFailure kind) {
		assertThat(KafkaFailure.of(failure)).isEqualTo(kind);
		assertThat(KafkaFailure.of(new KafkaException("in an error state", failure))).isEqualTo(kind);
	}

}
