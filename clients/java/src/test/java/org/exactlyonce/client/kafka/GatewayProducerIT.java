package org.exactlyonce.client.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.KeyPartitioner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.exactlyonce.client.kafka.Contract.await;
import static org.exactlyonce.client.kafka.Contract.failure;
import static org.exactlyonce.client.kafka.Contract.numbers;
import static org.exactlyonce.client.kafka.Contract.record;
import static org.exactlyonce.client.kafka.Contract.sendAll;

/**
 * What the gateway's producer does beyond Kafka's, on the packaged gateway.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GatewayProducerIT {

	private static GatewayLog log;

	@BeforeAll
	static void start() {
		log = GatewayLog.start();
	}

	@AfterAll
	static void stop() {
		log.close();
	}

	private static Producer<String, String> open(Object... more) {
		return open(new StringSerializer(), more);
	}

	private static <V> Producer<String, V> open(Serializer<V> values, Object... more) {
		Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", log.address()));
		for (int i = 0; i < more.length; i += 2) {
			settings.put(more[i].toString(), more[i + 1]);
		}
		return new GatewayProducer<>(settings, new StringSerializer(), values);
	}

	@Test
	void apacheHttpClientSendsAndIsClosedWithTheProducer() throws Exception {
		long from = log.end(4);
		try (Producer<String, String> producer = open("gateway.transport", "apache", "batch.size", 500)) {
			sendAll(producer, 4, 500);
			assertThat(threads()).isPositive();
		}
		assertThat(log.read(4, from)).extracting((each) -> new String(each.value(), UTF_8)).isEqualTo(numbers(500));
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
		while (threads() > 0 && System.nanoTime() < until) {
			Thread.sleep(20);
		}
		assertThat(threads()).isZero();
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("gateway-http"))
			.count();
	}

	@Test
	void valueIsJsonTextOrBytes() throws Exception {
		StringSerializer latin = new StringSerializer();
		latin.configure(Map.of("value.serializer.encoding", "ISO-8859-1"), false);
		try (Producer<String, String> texts = open();
				Producer<String, byte[]> bytes = open(new ByteArraySerializer());
				Producer<String, String> other = open(latin)) {
			assertThat(contentType(texts, "{\"order\": 1}")).isEqualTo("application/json");
			assertThat(contentType(texts, "{\"order\": 1, \"order\": 2}")).startsWith("text/plain");
			assertThat(contentType(texts, "{order}")).startsWith("text/plain");
			for (String json : List.of("12", "true", "null", "\"a\"", " [] ")) {
				assertThat(contentType(texts, json)).as(json).isEqualTo("application/json");
			}
			for (String text : List.of("12 and more", "true or not", "01", "\"a", "")) {
				assertThat(contentType(texts, text)).as(text).startsWith("text/plain");
			}
			assertThat(contentType(bytes, "{\"order\": 1}".getBytes(UTF_8))).isEqualTo("application/octet-stream");
			assertThat(contentType(other, "Ä")).isEqualTo("application/octet-stream");
			long last = log.end(0) - 1;
			assertThat(log.read(0, last).get(0).value()).isEqualTo("Ä".getBytes(ISO_8859_1));
		}
	}

	private static <V> String contentType(Producer<String, V> producer, V value) throws Exception {
		return log.contentType(0, await(producer.send(new ProducerRecord<>(Log.TOPIC, 0, null, value))).offset());
	}

	@Test
	void exampleOfThePageWorks() throws Exception {
		String code = Files.readString(Path.of("src/test/java/org/exactlyonce/client/kafka/KafkaExample.java"));
		String shown = code.substring(code.indexOf("tag::example[]\n") + 15, code.indexOf("\t\t// end::example[]"))
			.replaceAll("(?m)^\t\t", "")
			.replace("\t", "    ")
			.replace("url", "\"http://localhost:8080\"");
		assertThat(Files.readString(Path.of("docs/kafka.md"))).contains(shown);
		int partition = KeyPartitioner.partition("customer-7".getBytes(UTF_8), Log.PARTITIONS);
		long end = log.end(partition);
		KafkaExample.send(log.address());
		assertThat(log.read(partition, end)).hasSize(1);
	}

	@Test
	void newerProducerOfTheNameFencesTheOlder() throws Exception {
		try (Producer<String, String> older = open("gateway.producer.name", "fenced");
				Producer<String, String> newer = open("gateway.producer.name", "fenced")) {
			await(older.send(record(1, "older")));
			await(newer.send(record(1, "newer")));
			assertThat(failure(older.send(record(1, "late")))).isInstanceOf(ProducerFencedException.class);
			assertThat(failure(older.send(record(1, "later")))).isInstanceOf(ProducerFencedException.class);
			await(newer.send(record(1, "newest")));
		}
	}

	@Test
	void nameGoesOnInTheNextProcess(@TempDir Path outbox) throws Exception {
		long end = log.end(2);
		for (int i = 0; i < 3; i++) {
			try (Producer<String, String> producer = open("gateway.producer.name", "restarted", "gateway.outbox.dir",
					outbox.toString())) {
				producer.send(record(2, "" + i));
			}
		}
		assertThat(log.read(2, end)).extracting((stored) -> new String(stored.value(), UTF_8)).isEqualTo(numbers(3));
	}

	@Test
	void futureThatFailsIsNotStored() throws Exception {
		long end = log.end(3);
		try (Producer<String, String> producer = open("delivery.timeout.ms", 3000, "request.timeout.ms", 1000,
				"linger.ms", 0)) {
			await(producer.send(record(3, "first")));
			log.pause(true);
			Future<RecordMetadata> outcome = producer.send(record(3, "second"));
			Thread.sleep(4000);
			log.pause(false);
			boolean stored = isStored(outcome);
			RecordMetadata last = await(producer.send(record(3, "last")));
			assertThat(last.offset()).isEqualTo(end + (stored ? 2 : 1));
		}
		finally {
			log.pause(false);
		}
	}

	private static boolean isStored(Future<RecordMetadata> outcome) throws Exception {
		try {
			await(outcome);
			return true;
		}
		catch (java.util.concurrent.ExecutionException ex) {
			assertThat(ex).hasCauseInstanceOf(TimeoutException.class);
			return false;
		}
	}

	@Test
	void gatewayThatStaysAwayLeavesTheOutcomeUnknown() throws Exception {
		try (Producer<String, String> producer = open("delivery.timeout.ms", 3000, "request.timeout.ms", 2000,
				"linger.ms", 0)) {
			await(producer.send(record(4, "first")));
			log.pause(true);
			assertThat(failure(producer.send(record(4, "second")))).isInstanceOf(OutcomeUnknownException.class);
			log.pause(false);
		}
		finally {
			log.pause(false);
		}
	}

	@Test
	void bufferWithoutRoomFailsTheFuture() throws Exception {
		List<String> called = new CopyOnWriteArrayList<>();
		try (Producer<String, String> producer = open("buffer.memory", 50_000, "max.block.ms", 3_000)) {
			await(producer.send(record(5, "first")));
			log.pause(true);
			sendAll(producer, 5, 4).size();
			for (int i = 0; i < 4; i++) {
				producer.send(record(5, "x".repeat(10_000)));
			}
			assertThat(failure(producer.send(record(5, "x".repeat(10_000)),
					(metadata, error) -> called.add(Thread.currentThread().getName()))))
				.isInstanceOf(TimeoutException.class);
			assertThat(called).containsExactly(Thread.currentThread().getName());
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptException.class).isThrownBy(
					() -> producer.send(record(5, "x".repeat(10_000)), (metadata, error) -> called.add("again")));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(called).hasSize(1);
			log.pause(false);
		}
		finally {
			log.pause(false);
		}
	}

	@Test
	void partitionThatIsNotThereIsRefusedBeforeItIsBuffered() throws Exception {
		try (Producer<String, String> producer = open("linger.ms", 60_000)) {
			Future<RecordMetadata> outcome = producer.send(record(5000, "nowhere"));
			assertThat(outcome.isDone()).isTrue();
			assertThat(failure(outcome)).isInstanceOf(UnknownTopicOrPartitionException.class);
		}
	}

	@Test
	void schemeMayBeInCapitals() throws Exception {
		try (Producer<String, String> producer = open("bootstrap.servers", log.address().replace("http", "HTTP"))) {
			assertThat(await(producer.send(record(6, "value"))).hasOffset()).isTrue();
		}
	}

	@Test
	void transactionsAreUnsupported() {
		try (Producer<String, String> producer = open("transactional.id", "orders")) {
			assertThatExceptionOfType(UnsupportedVersionException.class).isThrownBy(producer::initTransactions);
			assertThatIllegalStateException().isThrownBy(() -> producer.send(record(0, "value")))
				.withMessageContaining("transactional.id");
		}
	}

	@Test
	void jsonTextOfManyLinesIsKeptInOne() throws Exception {
		try (Producer<String, String> producer = open()) {
			RecordMetadata metadata = await(producer.send(record(6, "{\n  \"total\": 1.0\n}\n")));
			assertThat(log.read(6, metadata.offset()).get(0).value()).asString(UTF_8).isEqualTo("{\"total\":1.0}");
			assertThat(Duration.ofMillis(metadata.timestamp())).isPositive();
		}
	}

}
