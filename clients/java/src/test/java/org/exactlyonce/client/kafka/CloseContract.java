package org.exactlyonce.client.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.exactlyonce.client.kafka.Contract.failure;
import static org.exactlyonce.client.kafka.Contract.numbers;
import static org.exactlyonce.client.kafka.Contract.record;
import static org.exactlyonce.client.kafka.Contract.sendAll;

/**
 * What {@code flush} and {@code close} wait for, and what they leave behind.
 */
interface CloseContract extends Contract {

	@Test // testFlush
	default void flushWaitsForEveryOutcome() {
		long end = log().end(0);
		try (Producer<String, String> producer = open("linger.ms", 60_000)) {
			List<RecordMetadata> called = new CopyOnWriteArrayList<>();
			List<Future<RecordMetadata>> outcomes = sendAll(producer, 0, 100);
			producer.send(record(0, "100"), (metadata, error) -> called.add(metadata));
			producer.flush();
			assertThat(outcomes).allMatch(Future::isDone);
			assertThat(called).hasSize(1);
			assertThat(values(0, end)).isEqualTo(numbers(101));
		}
	}

	@Test // testFlushInsideCallback…
	default void flushInACallbackIsRefused() throws Exception {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		CompletableFuture<Exception> thrown = new CompletableFuture<>();
		try (Producer<String, String> producer = open()) {
			producer.send(record(0, "value"), (metadata, error) -> {
				try {
					producer.flush();
					thrown.complete(null);
				}
				catch (RuntimeException ex) {
					thrown.complete(ex);
				}
			});
			assertThat(thrown.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(KafkaException.class)
				.hasMessageContaining("inside a callback");
		}
	}

	@Test // testClose
	default void closeDeliversWhatWasSent() {
		long end = log().end(1);
		Producer<String, String> producer = open("linger.ms", 60_000);
		List<Future<RecordMetadata>> outcomes = sendAll(producer, 1, 100);
		producer.close();
		assertThat(outcomes).allMatch(Future::isDone);
		assertThat(values(1, end)).isEqualTo(numbers(100));
	}

	@Test // closeShouldBeIdempotent
	default void closeMayBeRepeated() {
		Producer<String, String> producer = open();
		producer.close();
		producer.close();
		producer.close(Duration.ZERO);
	}

	@Test // closeWithNegativeTimestampShouldThrow
	default void closeNeedsATimeThatIsNotNegative() {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open()) {
			assertThatIllegalArgumentException().isThrownBy(() -> producer.close(Duration.ofMillis(-1)));
		}
	}

	@Test // testCloseWithZeroTimeoutFromCallerThread
	default void closeWithoutTimeFailsWhatIsPending() throws Exception {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		long end = log().end(2);
		Producer<String, String> producer = open("linger.ms", 60_000);
		List<Future<RecordMetadata>> outcomes = sendAll(producer, 2, 100);
		producer.close(Duration.ZERO);
		assertThat(outcomes).allMatch(Future::isDone);
		assertThat(failure(outcomes.get(0))).isInstanceOf(KafkaException.class);
		assertThat(values(2, end)).isEmpty();
	}

	@Test // testCloseWithZeroTimeoutFromSenderThread
	default void closeInACallbackDoesNotWait() throws Exception {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		CompletableFuture<Duration> took = new CompletableFuture<>();
		Producer<String, String> producer = open();
		producer.send(record(3, "value"), (metadata, error) -> {
			long before = System.nanoTime();
			producer.close();
			took.complete(Duration.ofNanos(System.nanoTime() - before));
		});
		assertThat(took.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(5));
		assertThatIllegalStateException().isThrownBy(() -> producer.send(record(3, "late")));
		producer.close();
	}

	@Test // testSendAfterClosed
	default void nothingIsSentAfterClose() {
		Producer<String, String> producer = open();
		producer.close();
		assertThatIllegalStateException().isThrownBy(() -> producer.send(record(0, "late")));
	}

	@Test // "Producer closed while send in progress", "Requested metadata update after
			// close"
	default void closeFailsAtOnceWhoWaitsForTheTopic() throws Exception {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		String nobody = log().address().replaceAll(":\\d+$", ":9");
		Producer<String, String> producer = open("bootstrap.servers", nobody);
		CompletableFuture<Exception> thrown = new CompletableFuture<>();
		Thread sends = new Thread(() -> {
			try {
				producer.send(record(0, "value"));
				thrown.complete(null);
			}
			catch (RuntimeException ex) {
				thrown.complete(ex);
			}
		});
		sends.start();
		while (sends.isAlive() && sends.getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
		producer.close(Duration.ZERO);
		assertThat(thrown.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(KafkaException.class);
		assertThatExceptionOfType(KafkaException.class).isThrownBy(() -> producer.partitionsFor(Log.TOPIC));
	}

	@Test // shouldCloseProperlyAndThrowIfInterrupted
	default void closeThatIsInterruptedCloses() throws Exception {
		Difference.WAITS_FOR_A_SERVER.orSkip(kind());
		Producer<String, String> producer = open("linger.ms", 60_000);
		sendAll(producer, 3, 10);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptException.class).isThrownBy(producer::close);
		assertThat(Thread.interrupted()).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> producer.send(record(3, "late")));
	}

}
