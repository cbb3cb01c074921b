package org.exactlyonce.client.kafka;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.jayway.jsonpath.JsonPath;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.client.kafka.Contract.record;

/**
 * How many records of 100 bytes a second one thread sends to one partition: Kafka's
 * producer to one broker that syncs each batch to disk, this producer to the gateway with
 * its embedded database, and a loop of single requests to it. Both producers have their
 * default settings, and so batches of 16 KiB and 256 KiB;
 * {@code -Dbenchmark.batch.size=262144} sets one size for both, and
 * {@code -Dbenchmark.transport=apache} how requests are sent. No part of the tests:
 * {@code ./mvnw -f clients/java verify -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false -DargLine= -Dit.test=ProducerBenchmark}, with
 * {@code -Dbenchmark.records=100000} for the records of a round.
 */
class ProducerBenchmark {

	private static final int ROUNDS = 3;

	private static final int RECORDS = Integer.getInteger("benchmark.records", 100_000);

	private static final int REQUESTS = RECORDS / 200;

	private static final String VALUE = "{\"pad\":\"" + "x".repeat(90) + "\"}";

	@Test
	void recordsPerSecond() throws Exception {
		double[][] rates = new double[3][ROUNDS];
		try (Log kafka = KafkaLog.start(false, "log.flush.interval.messages=1");
				Log gateway = GatewayLog.start(false);
				Producer<String, String> kafkas = new KafkaProducer<>(settings(kafka), new StringSerializer(),
						new StringSerializer());
				Producer<String, String> ours = new GatewayProducer<>(settings(gateway), new StringSerializer(),
						new StringSerializer())) {
			Loop loop = new Loop(gateway.address());
			for (int round = -1; round < ROUNDS; round++) { // the first warms up
				double[] measured = { rate(kafkas), rate(ours), loop.rate() };
				print((round < 0) ? "warm-up" : "round " + (round + 1), measured);
				for (int i = 0; round >= 0 && i < measured.length; i++) {
					rates[i][round] = measured[i];
				}
			}
		}
		double[] medians = Arrays.stream(rates).mapToDouble(ProducerBenchmark::median).toArray();
		print("medians", medians);
		System.out.printf(Locale.ROOT, "this producer: %.2f of Kafka's, %.0f times the loop%n", medians[1] / medians[0],
				medians[1] / medians[2]);
	}

	private static Map<String, Object> settings(Log log) {
		Map<String, Object> settings = new HashMap<>();
		settings.put("bootstrap.servers", log.address());
		settings.put("gateway.transport", System.getProperty("benchmark.transport", "jdk"));
		String batch = System.getProperty("benchmark.batch.size");
		if (batch != null) {
			settings.put("batch.size", batch);
		}
		return settings;
	}

	private static double rate(Producer<String, String> producer) {
		AtomicInteger stored = new AtomicInteger();
		long before = System.nanoTime();
		for (int i = 0; i < RECORDS; i++) {
			producer.send(record(0, VALUE), (metadata, failure) -> {
				if (failure == null) {
					stored.incrementAndGet();
				}
			});
		}
		producer.flush();
		double rate = RECORDS * 1e9 / (System.nanoTime() - before);
		assertThat(stored).hasValue(RECORDS);
		return rate;
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	private static void print(String what, double[] rates) {
		System.out.printf(Locale.ROOT, "%-8s records/s: Kafka's producer %.0f, this producer %.0f, the loop %.0f%n",
				what, rates[0], rates[1], rates[2]);
	}

	/** What an application does without a client: a record, an answer, the next. */
	private static final class Loop {

		private final HttpClient http = HttpClient.newHttpClient();

		private final String address;

		private final String producerId;

		private int sequence;

		Loop(String address) throws Exception {
			this.address = address;
			this.producerId = JsonPath.read(post("/producers", "{}"), "$.producerId").toString();
		}

		double rate() throws Exception {
			long before = System.nanoTime();
			for (int i = 0; i < REQUESTS; i++) {
				post("/partitions/1/records", VALUE, "Producer-Id", this.producerId, "Producer-Seq",
						"" + this.sequence++);
			}
			return REQUESTS * 1e9 / (System.nanoTime() - before);
		}

		private String post(String path, String body, String... headers) throws Exception {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.address + path))
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString(body));
			for (int i = 0; i < headers.length; i += 2) {
				request.header(headers[i], headers[i + 1]);
			}
			var answer = this.http.send(request.build(), BodyHandlers.ofString());
			assertThat(answer.statusCode()).isEqualTo(201);
			return answer.body();
		}

	}

}
