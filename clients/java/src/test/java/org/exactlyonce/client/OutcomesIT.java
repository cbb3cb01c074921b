package org.exactlyonce.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.exactlyonce.client.support.CuttingProxy;
import org.exactlyonce.client.support.SentRecords;
import org.exactlyonce.client.support.SharedGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a producer tells of its records, compared with the log.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OutcomesIT {

	private static final Duration DELIVERY_TIMEOUT = Duration.ofMillis(2500);

	/** Longer than a record has, and shorter than the producer takes to give up. */
	private static final Duration TOO_LONG = DELIVERY_TIMEOUT.plusMillis(400);

	@RegisterExtension
	private static final SharedGateway gateway = new SharedGateway();

	private static int partitions;

	private final int partition = partitions++ % 8;

	private final AtomicInteger fences = new AtomicInteger();

	private SentRecords records;

	private CuttingProxy proxy;

	@BeforeEach
	void openProxy() throws IOException {
		this.proxy = new CuttingProxy(gateway.port(), 1);
		this.records = new SentRecords(gateway.url(), this.partition);
	}

	@AfterEach
	void closeProxy() throws IOException {
		this.proxy.close();
	}

	@Test
	void findsWhatIsStoredWhenTheAnswersAreLostForTooLong() throws Exception {
		try (RecordProducer producer = openWithOneStored()) {
			this.proxy.swallowAnswers(true);
			this.records.send(producer, 40);
			TimeUnit.MILLISECONDS.sleep(TOO_LONG.toMillis());
			this.proxy.swallowAnswers(false);
			producer.flush();
			assertThat(this.fences).hasPositiveValue();
			assertThat(this.records.failed()).hasSizeLessThanOrEqualTo(20);
			this.records.sendAndFlush(producer, 5);
			assertThat(this.records.futures().subList(41, 46)).noneMatch(CompletableFuture::isCompletedExceptionally);
		}
		this.records.assertTruth(NotStoredException.class);
	}

	@Test
	void storesNothingOfWhatFailed() throws Exception {
		try (RecordProducer producer = openWithOneStored()) {
			this.proxy.cut(1, 0);
			this.records.send(producer, 40);
			TimeUnit.MILLISECONDS.sleep(TOO_LONG.toMillis());
			this.proxy.cut(0, 0);
			producer.flush();
			assertThat(this.fences).hasPositiveValue();
			assertThat(this.records.failed()).contains(this.records.future(1));
			this.records.sendAndFlush(producer, 5);
		}
		this.records.assertTruth(NotStoredException.class);
		assertThat(this.records.stored()).isEqualTo(46 - this.records.failed().size());
	}

	@Test
	void saysThatItDoesNotKnowWhenNoGatewayAnswersAndTakesNothingUntilItKnows() throws Exception {
		try (RecordProducer producer = openWithOneStored()) {
			this.proxy.swallowAnswers(true);
			this.records.sendAndFlush(producer, 3);
			for (CompletableFuture<Receipt> each : this.records.futures().subList(1, 4)) {
				assertThatThrownBy(each::get).hasCauseInstanceOf(UnknownOutcomeException.class);
			}
			CompletableFuture<Receipt> refused = producer.send(this.records.outgoing(99));
			assertThatThrownBy(refused::get).hasCauseInstanceOf(NotStoredException.class);
			this.proxy.swallowAnswers(false);
			Receipt receipt = this.records.sendUntilTaken(producer, 100);
			assertThat(receipt.offset() - this.records.future(0).get().offset()).isEqualTo(this.records.stored() - 1);
		}
		this.records.assertTruth(UnknownOutcomeException.class);
	}

	@Test
	void closesWithoutATimeWhereNobodyAnswers() throws Exception {
		RecordProducer producer = openWithOneStored();
		this.proxy.cut(1, 0);
		this.records.sendAndFlush(producer, 3);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(producer::close);
		closed.get(20, TimeUnit.SECONDS);
		assertThatThrownBy(this.records.future(3)::get).hasCauseInstanceOf(UnknownOutcomeException.class);
	}

	@Test
	void givesEachRecordAnOutcomeWhenItIsClosedInTime() throws Exception {
		RecordProducer producer = openWithOneStored();
		this.proxy.cut(1, 0);
		this.records.send(producer, 40);
		long before = System.nanoTime();
		producer.close(Duration.ofMillis(1500));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(2500));
		assertThat(this.records.futures()).allMatch(CompletableFuture::isDone);
		assertThatThrownBy(() -> this.records.future(40).get()).hasCauseInstanceOf(ProducerClosedException.class);
		assertThatThrownBy(() -> producer.send(this.records.outgoing(0))).isInstanceOf(ProducerClosedException.class);
		producer.close();
	}

	@Test
	void deliversWhatIsPendingWhenItIsClosed() throws Exception {
		try (RecordProducer producer = RecordProducer.open(settings().build())) {
			this.records.send(producer, 500);
		}
		assertThat(this.records.futures()).allMatch(CompletableFuture::isDone)
			.noneMatch(CompletableFuture::isCompletedExceptionally);
		this.records.assertTruth(NotStoredException.class);
	}

	@Test
	void endsWhenAnotherProducerTakesItsName() throws Exception {
		ProducerSettings settings = settings().name("taken").build();
		try (RecordProducer first = RecordProducer.open(settings);
				RecordProducer second = RecordProducer.open(settings)) {
			this.records.sendAndFlush(first, 3);
			this.records.sendAndFlush(second, 3);
			CompletableFuture<Receipt> late = first.send(this.records.outgoing(50));
			assertThatThrownBy(late::get).hasCauseInstanceOf(FencedException.class);
			assertThatThrownBy(first.send(this.records.outgoing(51))::get).hasCauseInstanceOf(FencedException.class);
			this.records.sendAndFlush(second, 3);
		}
		this.records.assertTruth(NotStoredException.class);
	}

	@Test
	void failsOnlyTheRecordThatTheGatewayRefuses() throws Exception {
		ProducerSettings settings = settings().maxRequestBytes(20_000_000).batchBytes(100).build();
		try (RecordProducer producer = RecordProducer.open(settings)) {
			this.records.send(producer, 10);
			CompletableFuture<Receipt> large = producer
				.send(new OutgoingRecord(this.partition, Value.text("x".repeat(9_000_000))));
			this.records.sendAndFlush(producer, 10);
			assertThatThrownBy(large::get).hasCauseInstanceOf(RecordTooLargeException.class);
			assertThatThrownBy(producer.send(new OutgoingRecord(5000, Value.json("1")))::get)
				.hasCauseInstanceOf(UnknownPartitionException.class);
			assertThatThrownBy(() -> producer.send(new OutgoingRecord(this.partition, Value.json("{"))))
				.isInstanceOf(InvalidRecordException.class);
			this.records.sendAndFlush(producer, 1);
		}
		assertThat(this.records.futures()).noneMatch(CompletableFuture::isCompletedExceptionally);
		this.records.assertTruth(NotStoredException.class);
	}

	@Test
	void appendsWithoutAnIdentity() throws Exception {
		try (RecordProducer producer = RecordProducer.open(settings().delivery(Delivery.AT_LEAST_ONCE).build())) {
			this.records.sendAndFlush(producer, 20);
		}
		this.records.assertTruth(NotStoredException.class);
		try (RecordProducer producer = RecordProducer.open(settings().delivery(Delivery.AT_MOST_ONCE).build())) {
			Receipt receipt = producer.send(this.records.outgoing(7)).get(20, TimeUnit.SECONDS);
			assertThat(receipt.offset()).isEqualTo(-1);
		}
	}

	@Test
	void goesToTheNextGatewayWhenOneDoesNotAnswer() throws Exception {
		ProducerSettings settings = ProducerSettings.builder("http://127.0.0.1:1", gateway.url()).build();
		try (RecordProducer producer = RecordProducer.open(settings)) {
			assertThat(producer.partitions("records")).isEqualTo(8);
			assertThatThrownBy(() -> producer.partitions("other")).isInstanceOf(UnknownPartitionException.class);
			this.records.sendAndFlush(producer, 3);
		}
		this.records.assertTruth(NotStoredException.class);
	}

	private static ProducerSettingsBuilder settings() {
		return ProducerSettings.builder(gateway.url()).batchBytes(100).deliveryTimeout(Duration.ofSeconds(60));
	}

	/** With short times, through the proxy; one record is stored already. */
	private RecordProducer openWithOneStored() throws Exception {
		ProducerListener listener = new ProducerListener() {

			@Override
			public void fenced(long epoch) {
				OutcomesIT.this.fences.incrementAndGet();
			}

		};
		RecordProducer producer = RecordProducer.open(ProducerSettings.builder(this.proxy.url())
			.batchBytes(100)
			.linger(Duration.ofMillis(1))
			.requestTimeout(Duration.ofMillis(700))
			.deliveryTimeout(DELIVERY_TIMEOUT)
			.retryBackoff(Duration.ofMillis(50))
			.retryBackoffMax(Duration.ofMillis(200))
			.preferWait(Duration.ofSeconds(1))
			.listener(listener)
			.build());
		this.records.sendAndFlush(producer, 1);
		return producer;
	}

}
