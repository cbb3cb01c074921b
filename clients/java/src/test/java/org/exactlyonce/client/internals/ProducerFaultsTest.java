package org.exactlyonce.client.internals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.exactlyonce.client.Callback;
import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerListener;
import org.exactlyonce.client.Receipt;
import org.exactlyonce.client.RecordProducer;
import org.exactlyonce.client.UnknownOutcomeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Whatever users' code and answers do, each future has its outcome, and the producer goes
 * on.
 */
@Timeout(30)
class ProducerFaultsTest {

	private final ScriptedGateway gateway = new ScriptedGateway();

	@ParameterizedTest
	@ValueSource(classes = { IOException.class, AssertionError.class, IllegalStateException.class })
	void outlivesACallbackThatThrows(Class<? extends Throwable> failure) throws Exception {
		try (RecordProducer producer = RecordProducer.open(this.gateway.settings().build())) {
			List<CompletableFuture<Receipt>> futures = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				boolean fails = i == 1;
				futures.add(producer.send(ScriptedGateway.outgoing("r" + i), fails ? throwing(failure) : null));
			}
			producer.flush();
			assertThat(futures).allMatch(CompletableFuture::isDone)
				.noneMatch(CompletableFuture::isCompletedExceptionally);
			producer.send(ScriptedGateway.outgoing("r5")).get();
		}
	}

	private static Callback throwing(Class<? extends Throwable> failure) {
		return (receipt, none) -> {
			try {
				throw ProducerFaultsTest.<RuntimeException>unchecked(failure.getConstructor().newInstance());
			}
			catch (ReflectiveOperationException ex) {
				throw new LinkageError("no such constructor", ex);
			}
		};
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> T unchecked(Throwable failure) throws T {
		throw (T) failure;
	}

	@Test
	void outlivesAListenerThatThrows() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		ProducerListener listener = new ProducerListener() {

			@Override
			public void requestSent(String topic, int partition, int records, int bytes, int attempt) {
				throw new AssertionError("sent " + calls.incrementAndGet());
			}

			@Override
			public void requestAnswered(String topic, int partition, int status, Duration latency, Duration throttle) {
				throw new AssertionError("answered " + calls.incrementAndGet());
			}

			@Override
			public void recordsStored(String topic, int partition, int records) {
				throw new AssertionError("stored " + calls.incrementAndGet());
			}

			@Override
			public void recordsFailed(String topic, int partition, int records, GatewayException failure) {
				throw new AssertionError("failed " + calls.incrementAndGet());
			}

			@Override
			public void fenced(long epoch) {
				throw new AssertionError("fenced " + calls.incrementAndGet());
			}

		};
		try (RecordProducer producer = RecordProducer.open(this.gateway.settings().listener(listener).build())) {
			producer.send(ScriptedGateway.outgoing("r0"));
			producer.flush();
			assertThat(calls).hasValue(3);
			this.gateway.records = (request) -> ScriptedGateway.none();
			CompletableFuture<Receipt> failed = producer.send(ScriptedGateway.outgoing("r1"));
			assertThatThrownBy(failed::get).hasCauseInstanceOf(NotStoredException.class);
			this.gateway.records = (request) -> null;
			producer.send(ScriptedGateway.outgoing("r2")).get();
		}
		assertThat(this.gateway.log).containsExactly("r0", "r2");
	}

	@Test
	void sleepsAlthoughACallbackLeftItInterrupted() throws Exception {
		try (RecordProducer producer = RecordProducer.open(this.gateway.settings().build())) {
			AtomicReference<Thread> thread = new AtomicReference<>();
			producer.send(ScriptedGateway.outgoing("r0"), (receipt, failure) -> {
				thread.set(Thread.currentThread());
				Thread.currentThread().interrupt();
			}).get();
			long before = cpuMillis(thread.get());
			TimeUnit.MILLISECONDS.sleep(500);
			assertThat(cpuMillis(thread.get()) - before).isLessThan(100);
			// Interrupted while it sleeps, too.
			thread.get().interrupt();
			TimeUnit.MILLISECONDS.sleep(500);
			assertThat(cpuMillis(thread.get()) - before).isLessThan(200);
		}
	}

	private static long cpuMillis(Thread thread) {
		return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) / 1_000_000;
	}

	@Test
	void knowsTheFenceThatAProxyPassedOnAndRefused() throws Exception {
		AtomicInteger fences = new AtomicInteger();
		this.gateway.fence = (request) -> switch (fences.incrementAndGet()) {
			case 1 -> ScriptedGateway.answer(404, "<html>Not Found</html>");
			case 2 -> ScriptedGateway.answer(403, "{\"code\":\"PRODUCER_FENCED\",\"currentEpoch\":1}");
			default -> null;
		};
		try (RecordProducer producer = RecordProducer.open(this.gateway.settings().name("a").build())) {
			producer.send(ScriptedGateway.outgoing("r0")).get();
			this.gateway.records = (request) -> ScriptedGateway.none();
			CompletableFuture<Receipt> failed = producer.send(ScriptedGateway.outgoing("r1"));
			assertThatThrownBy(failed::get).hasCauseInstanceOf(GatewayException.class);
			this.gateway.records = (request) -> null;
			while (fences.get() < 3) {
				TimeUnit.MILLISECONDS.sleep(5);
			}
			producer.flush();
			assertThat(producer.send(ScriptedGateway.outgoing("r2"))).succeedsWithin(Duration.ofSeconds(10));
		}
		assertThat(this.gateway.log).startsWith("r0").endsWith("r2").doesNotContain("r1");
	}

	@Test
	void endsEveryFutureWhenItFailsItself() throws Exception {
		this.gateway.records = (request) -> {
			throw new AssertionError("no transport");
		};
		RecordProducer producer = RecordProducer.open(this.gateway.settings().build());
		CompletableFuture<Receipt> first = producer.send(ScriptedGateway.outgoing("r0"));
		CompletableFuture<Receipt> second = producer.send(ScriptedGateway.outgoing("r1"));
		producer.flush();
		assertThatThrownBy(first::get).hasCauseInstanceOf(UnknownOutcomeException.class);
		assertThat(second).isCompletedExceptionally();
		producer.close(Duration.ofMillis(100));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			200 | {"partition":0,"baseSequence":0,"baseOffset":5}
			200 | {"partition":0,"baseSequence":0,"baseOffset":5,"lastOffset":5,"appendedAt":"yesterday"}
			202 | ''
			200 | {"producerId":1}
			""")
	void tellsAnOutcomeWhateverTheAnswerIs(int status, String body) throws Exception {
		this.gateway.records = (request) -> ScriptedGateway.answer(status, body);
		try (RecordProducer producer = RecordProducer.open(this.gateway.settings().build())) {
			CompletableFuture<Receipt> future = producer.send(ScriptedGateway.outgoing("r0"));
			producer.flush();
			assertThat(future).isDone();
			if (!future.isCompletedExceptionally()) {
				assertThat(future.get().offset()).isNotNegative();
			}
		}
	}

	@Test
	void keepsTheOrderOfHalvesAtLeastOnce() {
		AtomicInteger requests = new AtomicInteger();
		this.gateway.records = (request) -> switch (requests.incrementAndGet()) {
			case 1 -> ScriptedGateway.answer(413, "{}");
			case 2 -> ScriptedGateway.answer(503, "{}");
			default -> null;
		};
		try (RecordProducer producer = RecordProducer
			.open(this.gateway.settings().delivery(Delivery.AT_LEAST_ONCE).build())) {
			for (int i = 0; i < 4; i++) {
				producer.send(ScriptedGateway.outgoing("r" + i));
			}
		}
		assertThat(this.gateway.log).containsExactly("r0", "r1", "r2", "r3");
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 404 })
	void asksAgainWhenAFenceIsRefusedOnce(int status) {
		AtomicInteger fences = new AtomicInteger();
		this.gateway.fence = (request) -> (fences.incrementAndGet() == 1) ? ScriptedGateway.answer(status, "{}") : null;
		this.gateway.records = (request) -> ScriptedGateway.none();
		try (RecordProducer producer = RecordProducer.open(this.gateway.settings().build())) {
			CompletableFuture<Receipt> future = producer.send(ScriptedGateway.outgoing("r0"));
			assertThatThrownBy(future::get).hasCauseInstanceOf(NotStoredException.class);
		}
		assertThat(fences).hasValue(2);
	}

	@Test
	void closesInTimeAlthoughTheTokenDoesNotCome() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		RecordProducer producer = RecordProducer.open(this.gateway.settings().token(() -> {
			asked.countDown();
			await(end);
			return "token";
		}).build());
		CompletableFuture<Receipt> future = producer.send(ScriptedGateway.outgoing("r0"));
		assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
		long before = System.nanoTime();
		producer.close(Duration.ofMillis(200));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
		assertThat(future).isCompletedExceptionally();
		end.countDown();
	}

	@Test
	void closesInTimeAlthoughACallbackDoesNotEnd() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		RecordProducer producer = RecordProducer.open(this.gateway.settings().build());
		CountDownLatch called = new CountDownLatch(1);
		producer.send(ScriptedGateway.outgoing("r0"), (receipt, failure) -> {
			called.countDown();
			await(end);
		});
		assertThat(called.await(5, TimeUnit.SECONDS)).isTrue();
		long before = System.nanoTime();
		producer.close(Duration.ofMillis(200));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(200),
				Duration.ofSeconds(5));
		end.countDown();
	}

	@Test
	void takesAFreshTokenAfterA401() throws Exception {
		AtomicInteger tokens = new AtomicInteger();
		List<String> authorizations = new ArrayList<>();
		this.gateway.records = (request) -> {
			authorizations.add(request.headers().get("Authorization"));
			return (authorizations.size() == 1) ? ScriptedGateway.answer(401, "{}") : null;
		};
		try (RecordProducer producer = RecordProducer
			.open(this.gateway.settings().token(() -> "t" + tokens.incrementAndGet()).build())) {
			producer.send(ScriptedGateway.outgoing("r0")).get();
		}
		assertThat(authorizations).hasSize(2).doesNotHaveDuplicates().allMatch((each) -> each.startsWith("Bearer t"));
	}

	@Test
	void sendsInOrderWithTokens() throws Exception {
		try (RecordProducer producer = RecordProducer
			.open(this.gateway.settings().linger(Duration.ZERO).batchBytes(1).token(() -> "token").build())) {
			for (int i = 0; i < 50; i++) {
				producer.send(ScriptedGateway.outgoing("r" + i));
			}
		}
		assertThat(this.gateway.log).hasSize(50);
		assertThat(this.gateway.sends).hasSize(50);
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
