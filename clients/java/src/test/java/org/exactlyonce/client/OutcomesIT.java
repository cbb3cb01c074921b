package org.exactlyonce.client;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.client.support.CuttingProxy;
import org.exactlyonce.client.support.GatewayProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a producer tells of its records, compared with the log.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OutcomesIT {

	@TempDir
	private static Path directory;

	private static GatewayProcess gateway;

	private static int partitions;

	private final int partition = partitions++ % 8;

	private final List<CompletableFuture<Receipt>> futures = new ArrayList<>();

	private CuttingProxy proxy;

	private long start;

	@BeforeAll
	static void startGateway() throws IOException {
		gateway = GatewayProcess.start(directory.resolve("data"));
	}

	@AfterAll
	static void stopGateway() {
		gateway.close();
	}

	@BeforeEach
	void openProxy() throws IOException {
		this.proxy = new CuttingProxy(gateway.port(), 1);
		this.start = logEnd();
	}

	@AfterEach
	void closeProxy() throws IOException {
		this.proxy.close();
	}

	@Test
	void findsWhatIsStoredWhenTheAnswersAreLostForTooLong() throws Exception {
		try (RecordProducer producer = open()) {
			send(producer, 1);
			producer.flush();
			this.proxy.swallowAnswers(true);
			send(producer, 40);
			assertThatThrownBy(() -> this.futures.get(40).get(1500, TimeUnit.MILLISECONDS)).isNotNull();
			this.proxy.swallowAnswers(false);
			producer.flush();
			assertThat(this.futures).filteredOn((each) -> !each.isCompletedExceptionally()).hasSizeGreaterThan(20);
			send(producer, 5);
			producer.flush();
			assertThat(this.futures.subList(41, 46)).noneMatch(CompletableFuture::isCompletedExceptionally);
		}
		assertTruth(NotStoredException.class);
	}

	@Test
	void storesNothingOfWhatFailed() throws Exception {
		try (RecordProducer producer = open()) {
			send(producer, 1);
			producer.flush();
			this.proxy.cut(1, 0);
			send(producer, 40);
			assertThatThrownBy(() -> this.futures.get(40).get(1500, TimeUnit.MILLISECONDS)).isNotNull();
			this.proxy.cut(0, 0);
			producer.flush();
			send(producer, 5);
			producer.flush();
		}
		assertTruth(NotStoredException.class);
		assertThat(logEnd()).isGreaterThanOrEqualTo(this.start + 6);
	}

	@Test
	void saysThatItDoesNotKnowWhenNoGatewayAnswersAndTakesNothingUntilItKnows() throws Exception {
		try (RecordProducer producer = open()) {
			send(producer, 1);
			producer.flush();
			this.proxy.swallowAnswers(true);
			send(producer, 3);
			producer.flush();
			for (CompletableFuture<Receipt> each : this.futures.subList(1, 4)) {
				assertThatThrownBy(each::get).hasCauseInstanceOf(UnknownOutcomeException.class);
			}
			CompletableFuture<Receipt> refused = producer.send(outgoing(99));
			assertThatThrownBy(refused::get).hasCauseInstanceOf(NotStoredException.class);
			this.proxy.swallowAnswers(false);
			Receipt receipt = sendUntilTaken(producer);
			assertThat(receipt.offset()).isEqualTo(logEnd() - 1);
		}
		assertTruth(UnknownOutcomeException.class);
	}

	@Test
	void closesWithoutATimeWhereNobodyAnswers() throws Exception {
		RecordProducer producer = open();
		send(producer, 1);
		producer.flush();
		this.proxy.cut(1, 0);
		send(producer, 3);
		producer.flush();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(producer::close);
		closed.get(20, TimeUnit.SECONDS);
		assertThatThrownBy(this.futures.get(3)::get).hasCauseInstanceOf(UnknownOutcomeException.class);
	}

	private Receipt sendUntilTaken(RecordProducer producer) throws Exception {
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (true) {
			try {
				return producer.send(outgoing(100)).get(20, TimeUnit.SECONDS);
			}
			catch (ExecutionException ex) {
				assertThat(System.nanoTime()).isLessThan(until);
				TimeUnit.MILLISECONDS.sleep(100);
			}
		}
	}

	@Test
	void givesEachRecordAnOutcomeWhenItIsClosedInTime() throws Exception {
		RecordProducer producer = open();
		send(producer, 1);
		producer.flush();
		this.proxy.cut(1, 0);
		send(producer, 40);
		long before = System.nanoTime();
		producer.close(Duration.ofMillis(1500));
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(2500));
		assertThat(this.futures).allMatch(CompletableFuture::isDone);
		assertThatThrownBy(() -> this.futures.get(40).get()).hasCauseInstanceOf(ProducerClosedException.class);
		assertThatThrownBy(() -> producer.send(outgoing(0))).isInstanceOf(IllegalStateException.class);
		producer.close();
	}

	@Test
	void deliversWhatIsPendingWhenItIsClosed() throws Exception {
		try (RecordProducer producer = RecordProducer.open(settings().build())) {
			send(producer, 500);
		}
		assertThat(this.futures).allMatch(CompletableFuture::isDone)
			.noneMatch(CompletableFuture::isCompletedExceptionally);
		assertTruth(NotStoredException.class);
	}

	@Test
	void endsWhenAnotherProducerTakesItsName() throws Exception {
		ProducerSettings settings = settings().name("taken").build();
		try (RecordProducer first = RecordProducer.open(settings);
				RecordProducer second = RecordProducer.open(settings)) {
			send(first, 3);
			first.flush();
			send(second, 3);
			second.flush();
			CompletableFuture<Receipt> late = first.send(outgoing(50));
			assertThatThrownBy(late::get).hasCauseInstanceOf(FencedException.class);
			assertThatThrownBy(first.send(outgoing(51))::get).hasCauseInstanceOf(FencedException.class);
			send(second, 3);
			second.flush();
		}
		assertTruth(NotStoredException.class);
	}

	@Test
	void failsOnlyTheRecordThatTheGatewayRefuses() throws Exception {
		ProducerSettings settings = settings().maxRequestBytes(20_000_000).batchBytes(100).build();
		try (RecordProducer producer = RecordProducer.open(settings)) {
			send(producer, 10);
			CompletableFuture<Receipt> large = producer
				.send(new OutgoingRecord(this.partition, Value.text("x".repeat(9_000_000))));
			send(producer, 10);
			producer.flush();
			assertThatThrownBy(large::get).hasCauseInstanceOf(RecordTooLargeException.class);
			assertThatThrownBy(producer.send(new OutgoingRecord(5000, Value.json("1")))::get)
				.hasCauseInstanceOf(UnknownPartitionException.class);
			assertThatThrownBy(() -> producer.send(new OutgoingRecord(this.partition, Value.json("{"))))
				.isInstanceOf(InvalidRecordException.class);
			send(producer, 1);
			producer.flush();
		}
		assertThat(this.futures).noneMatch(CompletableFuture::isCompletedExceptionally);
		assertTruth(NotStoredException.class);
	}

	@Test
	void appendsWithoutAnIdentity() throws Exception {
		try (RecordProducer producer = RecordProducer.open(settings().delivery(Delivery.AT_LEAST_ONCE).build())) {
			send(producer, 20);
			producer.flush();
		}
		assertTruth(NotStoredException.class);
		try (RecordProducer producer = RecordProducer.open(settings().delivery(Delivery.AT_MOST_ONCE).build())) {
			Receipt receipt = producer.send(outgoing(7)).get(20, TimeUnit.SECONDS);
			assertThat(receipt.offset()).isEqualTo(-1);
		}
	}

	@Test
	void goesToTheNextGatewayWhenOneDoesNotAnswer() throws Exception {
		ProducerSettings settings = ProducerSettings.builder("http://127.0.0.1:1", gateway.url()).build();
		try (RecordProducer producer = RecordProducer.open(settings)) {
			assertThat(producer.partitions("records")).isEqualTo(8);
			assertThatThrownBy(() -> producer.partitions("other")).isInstanceOf(UnknownPartitionException.class);
			send(producer, 3);
			producer.flush();
		}
		assertTruth(NotStoredException.class);
	}

	@Test
	void readsFromATime() throws Exception {
		try (RecordProducer producer = open()) {
			send(producer, 3);
			producer.flush();
			TimeUnit.MILLISECONDS.sleep(20);
			send(producer, 3);
			producer.flush();
		}
		Receipt fourth = this.futures.get(3).get();
		try (RecordReader reader = read(Position.at(fourth.appendedAt()))) {
			assertThat(reader.next().offset()).isEqualTo(fourth.offset());
		}
		try (RecordReader reader = read(Position.latest())) {
			assertThat(reader.poll(Duration.ofMillis(50))).isNull();
		}
	}

	private static ProducerSettingsBuilder defaults(ProducerSettingsBuilder builder) {
		return builder.batchBytes(100)
			.linger(Duration.ofMillis(1))
			.requestTimeout(Duration.ofMillis(700))
			.deliveryTimeout(Duration.ofMillis(2500))
			.retryBackoff(Duration.ofMillis(50))
			.retryBackoffMax(Duration.ofMillis(200))
			.preferWait(Duration.ofSeconds(1));
	}

	private ProducerSettingsBuilder settings() {
		return defaults(ProducerSettings.builder(gateway.url())).requestTimeout(Duration.ofSeconds(20))
			.deliveryTimeout(Duration.ofSeconds(60));
	}

	private RecordProducer open() {
		return RecordProducer.open(defaults(ProducerSettings.builder(this.proxy.url())).build());
	}

	private void send(RecordProducer producer, int count) {
		for (int i = 0; i < count; i++) {
			this.futures.add(producer.send(outgoing(this.futures.size())));
		}
	}

	private OutgoingRecord outgoing(int number) {
		return new OutgoingRecord(this.partition, Value.json("{\"n\":" + number + "}"));
	}

	private RecordReader read(Position from) {
		return RecordReader.open(ReaderSettings.of(gateway.url()), this.partition, from);
	}

	private long logEnd() {
		long end = 0;
		try (RecordReader reader = read(Position.earliest())) {
			for (ReceivedRecord each = reader.poll(Duration.ofMillis(500)); each != null; each = reader
				.poll(Duration.ofMillis(100))) {
				end = each.offset() + 1;
			}
		}
		return end;
	}

	/**
	 * Stored is where it was said to be, and nothing is in the log twice or of what
	 * failed.
	 */
	private void assertTruth(Class<? extends GatewayException> failure) throws Exception {
		Map<Long, String> log = new HashMap<>();
		try (RecordReader reader = read(Position.offset(this.start))) {
			for (ReceivedRecord each = reader.poll(Duration.ofMillis(500)); each != null; each = reader
				.poll(Duration.ofMillis(100))) {
				log.put(each.offset(), each.value().asText());
			}
		}
		assertThat(log.values()).doesNotHaveDuplicates();
		long last = -1;
		for (int i = 0; i < this.futures.size(); i++) {
			assertThat(this.futures.get(i)).isDone();
			try {
				Receipt receipt = this.futures.get(i).get();
				assertThat(log).containsEntry(receipt.offset(), "{\"n\":" + i + "}");
				assertThat(receipt.offset()).isGreaterThan(last);
				last = receipt.offset();
			}
			catch (ExecutionException ex) {
				assertThat(ex).hasCauseInstanceOf(failure);
				if (failure != UnknownOutcomeException.class) {
					assertThat(log.values()).doesNotContain("{\"n\":" + i + "}");
				}
			}
		}
	}

}
