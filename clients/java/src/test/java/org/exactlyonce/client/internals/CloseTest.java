package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.exactlyonce.client.FencedException;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.ProducerSettingsBuilder;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A producer that is closed asks nothing more, and lets go who waits for an answer.
 */
@Timeout(30)
class CloseTest {

	private final Queue<String> asked = new ConcurrentLinkedQueue<>();

	private final CountDownLatch asks = new CountDownLatch(1);

	@Test
	void registersNothingWhenItsTokenComesTooLate() throws Exception {
		AtomicReference<Thread> thread = new AtomicReference<>();
		CountDownLatch wanted = new CountDownLatch(1);
		CountDownLatch comes = new CountDownLatch(1);
		RecordProducer producer = RecordProducer
			.open(settings((path) -> new CompletableFuture<>()).name("orders-api").token(() -> {
				thread.set(Thread.currentThread());
				wanted.countDown();
				await(comes);
				return "token";
			}).build());
		producer.send(ScriptedGateway.outgoing("a"));
		await(wanted);
		producer.close(Duration.ZERO);
		comes.countDown();
		// It has done with the token when it waits for its next task.
		while (thread.get().isAlive() && thread.get().getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
		assertThat(this.asked).isEmpty();
	}

	@Test
	void waitsNoLongerForPartitionsAndAsksForNone() throws Exception {
		RecordProducer producer = RecordProducer.open(settings((path) -> new CompletableFuture<>()).build());
		CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> producer.partitions("records"));
		await(this.asks);
		producer.close(Duration.ZERO);
		assertEnds(waiting);
		assertThatExceptionOfType(ProducerClosedException.class).isThrownBy(() -> producer.partitions("records"));
		assertThatExceptionOfType(ProducerClosedException.class).isThrownBy(() -> producer.partitions("orders"));
		assertThat(this.asked).hasSize(1);
	}

	private static void assertEnds(CompletableFuture<Integer> waiting) {
		assertThat(waiting).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(ProducerClosedException.class);
	}

	@Test
	void waitsNoLongerForPartitionsBetweenTwoRequests() throws Exception {
		RecordProducer producer = RecordProducer
			.open(settings((path) -> ScriptedGateway.none()).retryBackoff(Duration.ofSeconds(20))
				.retryBackoffMax(Duration.ofSeconds(20))
				.build());
		CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> producer.partitions("records"));
		await(this.asks);
		producer.close(Duration.ZERO);
		assertEnds(waiting);
	}

	@Test
	void stillKnowsThePartitionsThatItKnew() {
		RecordProducer producer = RecordProducer
			.open(settings((path) -> ScriptedGateway.answer(200, "{\"partitions\": [{}, {}]}"))
				.metadataMaxAge(Duration.ZERO)
				.build());
		assertThat(producer.partitions("records")).isEqualTo(2);
		producer.close();
		int before = this.asked.size();
		assertThat(producer.partitions("records")).isEqualTo(2);
		assertThat(this.asked).hasSize(before);
	}

	@Test
	void takesNoRecordAfterItsEnd() {
		RecordProducer producer = RecordProducer.open(new ScriptedGateway().settings().build());
		producer.send(ScriptedGateway.outgoing("a")).join();
		producer.close();
		assertThatExceptionOfType(ProducerClosedException.class)
			.isThrownBy(() -> producer.send(ScriptedGateway.outgoing("b")));
	}

	@Test
	void saysAfterItsEndWhatHadEndedItBefore() {
		ScriptedGateway gateway = new ScriptedGateway();
		RecordProducer producer = RecordProducer.open(gateway.settings().build());
		producer.send(ScriptedGateway.outgoing("a")).join();
		gateway.records = (request) -> ScriptedGateway.answer(403, "{\"code\":\"PRODUCER_FENCED\",\"currentEpoch\":8}");
		for (String each : List.of("b", "c")) {
			assertThat(producer.send(ScriptedGateway.outgoing(each))).failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.withCauseInstanceOf(FencedException.class);
		}
		producer.close();
		assertThatExceptionOfType(FencedException.class).isThrownBy(() -> producer.send(ScriptedGateway.outgoing("d")));
	}

	@Test
	void waitsNoLongerForRoom() throws Exception {
		RecordProducer producer = RecordProducer
			.open(unanswered().maxBlock(Duration.ofSeconds(20)).bufferBytes(600).build());
		producer.send(ScriptedGateway.outgoing("a".repeat(200)));
		await(this.asks);
		CompletableFuture<Void> waits = new CompletableFuture<>();
		inThread(() -> waits
			.completeExceptionally(catchThrowable(() -> producer.send(ScriptedGateway.outgoing("b".repeat(200))))));
		producer.close(Duration.ZERO);
		assertThat(waits).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(ProducerClosedException.class);
	}

	@Test
	void flushWaitsForTheOutcomesThatCloseTells() throws Exception {
		RecordProducer producer = RecordProducer.open(unanswered().build());
		CountDownLatch told = new CountDownLatch(1);
		CountDownLatch goesOn = new CountDownLatch(1);
		CompletableFuture<Receipt> sent = producer.send(ScriptedGateway.outgoing("a"), (receipt, failure) -> {
			told.countDown();
			await(goesOn);
		});
		await(this.asks);
		inThread(() -> producer.close(Duration.ZERO));
		await(told);
		CompletableFuture<Boolean> flushed = new CompletableFuture<>();
		inThread(() -> {
			assertThatNoException().isThrownBy(producer::flush);
			flushed.complete(sent.isDone());
		});
		goesOn.countDown();
		assertThat(flushed.get()).isTrue();
		producer.flush();
	}

	/** The settings of a producer whose records are never answered. */
	private ProducerSettingsBuilder unanswered() {
		ScriptedGateway gateway = new ScriptedGateway();
		gateway.fence = (request) -> this.asks.getCount() > 0 ? null : new CompletableFuture<>();
		gateway.records = (request) -> {
			this.asks.countDown();
			return new CompletableFuture<>();
		};
		return gateway.settings().requestTimeout(Duration.ofSeconds(20)).deliveryTimeout(Duration.ofSeconds(30));
	}

	/** Runs it in a thread until that waits, or has done it. */
	private static void inThread(Runnable task) {
		Thread thread = new Thread(task);
		thread.start();
		while (thread.isAlive() && thread.getState() != Thread.State.WAITING
				&& thread.getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
	}

	private ProducerSettingsBuilder settings(Function<String, CompletableFuture<Transport.Response>> answers) {
		return ProducerSettings.builder("http://gateway.test").transport((request) -> {
			this.asked.add(request.uri().getPath());
			this.asks.countDown();
			return answers.apply(request.uri().getPath());
		});
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
