package org.exactlyonce.client.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.exactlyonce.client.kafka.Contract.await;
import static org.exactlyonce.client.kafka.Contract.failure;
import static org.exactlyonce.client.kafka.Contract.record;

/**
 * What cannot be sent: what {@code send} throws, and what the future fails with.
 */
interface RefusalContract extends Contract {

	@Test // testHeadersFailure
	default void headersAreReadOnlyOnceSent() throws Exception {
		Difference.PREPARES_RECORDS.orSkip(kind());
		try (Producer<String, String> producer = open()) {
			ProducerRecord<String, String> record = record(0, "value");
			await(producer.send(record));
			assertThatIllegalStateException().isThrownBy(() -> record.headers().add("late", new byte[0]));
		}
	}

	@Test // testErrorInSend: the topic
	default void unknownTopicFailsTheFuture() {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		List<RecordMetadata> called = new CopyOnWriteArrayList<>();
		try (Producer<String, String> producer = open("max.block.ms", 1000)) {
			Throwable failure = failure(producer.send(new ProducerRecord<>("unknown", 3, "key", "value"),
					(metadata, error) -> called.add(metadata)));
			if (Difference.WAITS_FOR_A_TOPIC.appliesTo(kind())) {
				assertThat(failure).isInstanceOf(TimeoutException.class);
				failure = failure.getCause();
			}
			assertThat(failure).isInstanceOf(UnknownTopicOrPartitionException.class);
			assertThat(called).hasSize(1);
			assertThat(called.get(0).topic()).isEqualTo("unknown");
			assertThat(called.get(0).partition()).isEqualTo(3);
			assertThat(called.get(0).offset()).isEqualTo(-1);
		}
	}

	@Test // testInvalidPartition
	default void unknownPartitionFailsTheFuture() throws Exception {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		try (Producer<String, String> producer = open("max.block.ms", 1000)) {
			Throwable failure = failure(producer.send(record(Log.PARTITIONS, "value")));
			if (Difference.WAITS_FOR_A_TOPIC.appliesTo(kind())) {
				assertThat(failure).isInstanceOf(TimeoutException.class)
					.hasMessageContaining("not present in metadata after 1000 ms");
			}
			else {
				assertThat(failure).isInstanceOf(UnknownTopicOrPartitionException.class);
			}
			assertThat(failure).hasMessageContaining("artition " + Log.PARTITIONS);
			await(producer.send(record(0, "value")));
		}
	}

	@Test // testTooLargeRecordWithAckOne
	default void recordThatIsTooLargeFailsTheFuture() throws Exception {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open("max.request.size", 5000)) {
			assertThat(failure(producer.send(record(0, "x".repeat(6000))))).isInstanceOf(RecordTooLargeException.class)
				.hasMessageContaining("max.request.size");
			await(producer.send(record(0, "value")));
		}
	}

	@Test // testTooLargeRecordWithAckOne: the buffer
	default void recordThatIsLargerThanTheBufferFailsTheFuture() {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open("buffer.memory", 20000)) {
			assertThat(failure(producer.send(record(0, "x".repeat(30000))))).isInstanceOf(RecordTooLargeException.class)
				.hasMessageContaining("buffer.memory");
		}
	}

	@Test // testWrongSerializer
	@SuppressWarnings({ "unchecked", "rawtypes" })
	default void serializerOfAnotherTypeIsThrown() {
		Difference.PREPARES_RECORDS.orSkip(kind());
		try (Producer producer = open(settings(), new StringSerializer(), new ByteArraySerializer())) {
			assertThatExceptionOfType(SerializationException.class)
				.isThrownBy(() -> producer.send(record(0, "no array of bytes")))
				.withMessageContaining("value");
		}
	}

	@Test // "exceptions are thrown that are no answers of the server"
	default void failureOfASerializerIsThrown() {
		Difference.PREPARES_RECORDS.orSkip(kind());
		Serializer<String> failing = (topic, value) -> {
			throw new UnsupportedOperationException("no " + value);
		};
		try (Producer<String, String> producer = open(settings(), new StringSerializer(), failing)) {
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> producer.send(record(0, "value")))
				.withMessage("no value");
		}
	}

	@Test // testNonBlockingProducer
	default void serverThatIsAwayFailsTheFuture() {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		String nobody = log().address().replaceAll(":\\d+$", ":9");
		try (Producer<String, String> producer = open("bootstrap.servers", nobody, "max.block.ms", 500)) {
			long before = System.nanoTime();
			assertThat(failure(producer.send(record(0, "value")))).isInstanceOf(TimeoutException.class);
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(400),
					Duration.ofSeconds(5));
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> producer.partitionsFor(Log.TOPIC));
		}
	}

	@Test // testInterruptedSend…
	default void sendThatIsInterruptedThrows() {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		String nobody = log().address().replaceAll(":\\d+$", ":9");
		try (Producer<String, String> producer = open("bootstrap.servers", nobody)) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptException.class).isThrownBy(() -> producer.send(record(0, "value")));
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test // FutureRecordMetadata.cancel
	default void futuresAreNotCancelled() throws Exception {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		try (Producer<String, String> producer = open("linger.ms", 1000)) {
			Future<RecordMetadata> outcome = producer.send(record(0, "value"));
			assertThat(outcome.cancel(true)).isFalse();
			assertThat(outcome.isCancelled()).isFalse();
			assertThatExceptionOfType(java.util.concurrent.TimeoutException.class)
				.isThrownBy(() -> outcome.get(1, TimeUnit.MILLISECONDS));
			assertThat(await(outcome).hasOffset()).isTrue();
		}
	}

	@Test // testMissingSerializer…
	default void serializersAreNeeded() {
		Difference.HAS_SETTINGS.orSkip(kind());
		assertThatExceptionOfType(ConfigException.class)
			.isThrownBy(() -> open(settings(), null, new StringSerializer()))
			.withMessageContaining("key.serializer");
	}

	@Test // testAcksAndIdempotenceForIdempotentProducers,
			// testInflightRequestsAndIdempotence…
	default void contradictionsAreRefused() {
		Difference.HAS_SETTINGS.orSkip(kind());
		for (Map.Entry<String, Object> setting : Map
			.<String, Object>of("acks", "0", "retries", 0, "max.in.flight.requests.per.connection", 6)
			.entrySet()) {
			assertThatExceptionOfType(ConfigException.class)
				.isThrownBy(() -> open("enable.idempotence", "true", setting.getKey(), setting.getValue()))
				.withMessageContaining(setting.getKey());
		}
		assertThatExceptionOfType(org.apache.kafka.common.KafkaException.class)
			.isThrownBy(() -> open("delivery.timeout.ms", 1000, "request.timeout.ms", 2000))
			.withRootCauseInstanceOf(ConfigException.class)
			.withStackTraceContaining("delivery.timeout.ms should be equal to or larger than");
	}

	@Test // testTransactionalMethodsWithoutTransactionalId…
	default void transactionsNeedAnId() {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open()) {
			assertThatIllegalStateException().isThrownBy(producer::initTransactions);
			assertThatIllegalStateException().isThrownBy(producer::beginTransaction);
			assertThatIllegalStateException().isThrownBy(producer::commitTransaction);
			assertThatIllegalStateException().isThrownBy(producer::abortTransaction);
		}
	}

	@Test // testClientInstanceIdInvalidTimeout, …NoTelemetryReporterRegistered
	default void instanceIdNeedsTelemetry() {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open("enable.metrics.push", "false")) {
			assertThatIllegalStateException().isThrownBy(() -> producer.clientInstanceId(Duration.ZERO))
				.withMessageContaining("enable.metrics.push");
		}
	}

}
