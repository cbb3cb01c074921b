package org.exactlyonce.gateway.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** Records that are appended to a topic, whose partitions the gateway chooses. */
abstract class SpreadContract {

	private static final AtomicInteger NAMES = new AtomicInteger();

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private String topic;

	@BeforeEach
	void makeTopic() {
		this.gateway = new GatewayClient(this.port);
		this.topic = "/topics/spread-" + NAMES.incrementAndGet();
		grow(12);
	}

	private void grow(int partitions) {
		byte[] settings = ("{\"partitions\": " + partitions + "}").getBytes(StandardCharsets.UTF_8);
		assertThat(this.gateway.send("PUT", this.topic, settings, "Content-Type", "application/json").status())
			.isIn(200, 201);
	}

	private Answer append(String records) {
		return this.gateway.post(this.topic + "/records", "{\"records\": [" + records + "]}");
	}

	private long end(int partition) {
		return this.gateway.get(this.topic + "/partitions/" + partition).json().get("logEndOffset").longValue();
	}

	private long stored() {
		return this.gateway.stored(this.topic);
	}

	private JsonNode read(JsonNode place) {
		return this.gateway.record(this.topic, place);
	}

	/** As the partitioner of Kafka's Java producer has it. */
	@ParameterizedTest
	@CsvSource({ "customer-7, 7", "customer-8, 8", "'', 9", "a, 4", "ä€😀, 6" })
	void putsAKeyWhereKafkaDoes(String key, int partition) {
		JsonNode listed = this.gateway
			.get(this.topic + "/partitions?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8))
			.json()
			.get("partitions");
		Answer appended = append("{\"key\": \"" + key + "\", \"value\": 1}, {\"key\": \"" + key + "\", \"value\": 2}");
		assertThat(appended.status()).isEqualTo(201);
		assertThat(appended.json().get("records").get(0).get("partition").intValue()).isEqualTo(partition);
		assertThat(listed).hasSize(1);
		assertThat(listed.get(0).get("partition").intValue()).isEqualTo(partition);
		assertThat(listed.get(0).get("logEndOffset").longValue()).isZero();
		assertThat(end(partition)).isEqualTo(2);
	}

	@Test
	void tellsWhereEachRecordIs() {
		Answer appended = append("""
				{"value": "a"}, {"partition": 3, "value": "b"}, {"key": "customer-7", "value": "c"},
				{"partition": 3, "key": "customer-7", "value": "d"}, {"value": "e", "partition": null}""");
		assertThat(appended.status()).isEqualTo(201);
		JsonNode body = appended.json();
		assertThat(body.propertyNames()).containsExactlyInAnyOrder("topic", "records", "duplicate", "appendedAt");
		assertThat(body.get("topic").asString()).isEqualTo(this.topic.substring("/topics/".length()));
		assertThat(body.get("duplicate").booleanValue()).isFalse();
		assertThat(body.get("records")).hasSize(5);
		List<String> values = new ArrayList<>();
		for (JsonNode place : body.get("records")) {
			assertThat(place.propertyNames()).containsExactlyInAnyOrder("partition", "offset", "duplicate");
			assertThat(place.get("duplicate").booleanValue()).isFalse();
			JsonNode record = read(place);
			assertThat(record.get("timestamp").asString()).isLessThanOrEqualTo(body.get("appendedAt").asString());
			values.add(record.get("value").asString());
		}
		assertThat(values).containsExactly("a", "b", "c", "d", "e");
		assertThat(body.get("records").get(1).get("offset").longValue())
			.isLessThan(body.get("records").get(3).get("offset").longValue());
		assertThat(body.get("records").get(0).get("partition")).isEqualTo(body.get("records").get(4).get("partition"));
	}

	@Test
	void spreadsRequestsWithoutAKey() {
		Set<Integer> partitions = new HashSet<>();
		for (int i = 0; i < 60; i++) {
			JsonNode places = append("{\"value\": 1}, {\"value\": 2}").json().get("records");
			assertThat(places.get(0).get("partition")).isEqualTo(places.get(1).get("partition"));
			partitions.add(places.get(0).get("partition").intValue());
		}
		assertThat(partitions).hasSizeGreaterThan(6);
	}

	@Test
	void takesEveryForm() {
		Answer lines = this.gateway.send("POST", this.topic + "/records",
				"{\"partition\": 1, \"value\": 1}\n{\"key\": \"customer-7\", \"value\": 2}\n"
					.getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/x-ndjson");
		assertThat(lines.status()).isEqualTo(201);
		assertThat(lines.json().get("records").get(0).get("partition").intValue()).isEqualTo(1);
		Answer bytes = this.gateway.send("POST", this.topic + "/records", new byte[] { 1, 2 }, "Content-Type",
				"image/png", "Record-Key", "customer-7");
		assertThat(bytes.json().get("records")).hasSize(1);
		assertThat(bytes.json().get("records").get(0).get("partition"))
			.isEqualTo(lines.json().get("records").get(1).get("partition"));
		assertThat(read(bytes.json().get("records").get(0)).get("valueBase64").asString()).isEqualTo("AQI=");
		Answer text = this.gateway.send("POST", "/records", "hello".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"text/plain");
		assertThat(text.json().get("topic").asString()).isEqualTo("records");
	}

	@Test
	void answersWithManyPlaces() {
		Answer many = append("{\"value\": 1}, ".repeat(9_999) + "{\"value\": 1}");
		assertThat(many.json().get("records")).hasSize(10_000);
		assertThat(many.json().get("records").get(9_999).get("offset").longValue()).isEqualTo(9_999);
		assertProblem(append("{\"value\": 1}, ".repeat(10_000) + "{\"value\": 1}"), 413, "RECORD_BATCH_TOO_LARGE",
				"fix-request");
	}

	@Test
	void refusesRecordsOfTooManyPartitions() {
		grow(1001);
		String records = IntStream.rangeClosed(0, 1000)
			.mapToObj((partition) -> "{\"partition\": " + partition + ", \"value\": 1}")
			.collect(Collectors.joining(","));
		Answer refused = append(records);
		assertProblem(refused, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
		assertThat(refused.json().get("maxPartitions").intValue()).isEqualTo(1000);
		assertThat(stored()).isZero();
		assertThat(append(records.substring(records.indexOf("},") + 2)).json().get("records")).hasSize(1000);
	}

	@Test
	void refusesAPartitionThatIsNotThereAndStoresNothing() {
		Answer refused = append("{\"partition\": 0, \"value\": 1}, {\"partition\": 12, \"value\": 2}");
		assertProblem(refused, 404, "UNKNOWN_PARTITION", "fix-request");
		assertThat(refused.json().get("detail").asString()).contains("12", "0 to 11");
		assertProblem(append("{\"partition\": 9007199254740991, \"value\": 2}"), 404, "UNKNOWN_PARTITION",
				"fix-request");
		assertThat(stored()).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "\"partition\": -1|records[1].partition", "\"partition\": \"3\"|records[1].partition",
					"\"partition\": 1.5|records[1].partition", "\"partitions\": 1|records[1].partitions" })
	void refusesWhatIsNoPartition(String member, String field) {
		Answer refused = append("{\"value\": 1}, {\"value\": 2, " + member + "}");
		assertProblem(refused, 400, "INVALID_REQUEST", "fix-request");
		assertThat(refused.json().get("errors").get(0).get("field").asString()).isEqualTo(field);
		assertThat(stored()).isZero();
	}

	@Test
	void aPartitionIsUnknownWhereThePathHasOne() {
		Answer refused = this.gateway.post(this.topic + "/partitions/3/records",
				"{\"records\": [{\"value\": 1, \"partition\": 3}]}");
		assertProblem(refused, 400, "INVALID_REQUEST", "fix-request");
		assertThat(refused.json().get("errors").get(0).get("field").asString()).isEqualTo("records[0].partition");
	}

	@Test
	void refusesAnIdentity() {
		Answer body = this.gateway.post(this.topic + "/records",
				"{\"producerId\": 1, \"baseSequence\": 0, \"records\": [{\"value\": 1}]}");
		assertProblem(body, 400, "INVALID_REQUEST", "fix-request");
		assertThat(body.json().get("errors")).hasSize(2);
		assertThat(body.json().get("errors").get(0).get("message").asString()).contains("?key=");
		Answer headers = this.gateway.send("POST", this.topic + "/records", "1".getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json", "Producer-Id", "1", "Producer-Seq", "0");
		assertProblem(headers, 400, "INVALID_REQUEST", "fix-request");
		assertThat(stored()).isZero();
	}

	@Test
	void refusesAnUnknownTopic() {
		assertProblem(
				this.gateway.post("/topics/nowhere/records", "{\"records\": [{\"value\": 1, \"partition\": 99}]}"), 404,
				"UNKNOWN_TOPIC", "fix-request");
		assertProblem(this.gateway.get("/topics/nowhere/partitions?key=a"), 404, "UNKNOWN_TOPIC", "fix-request");
		assertProblem(this.gateway.send("GET", this.topic + "/records", null), 405, "METHOD_NOT_ALLOWED",
				"fix-request");
	}

	@Test
	void storesAtMostOnceIfAsked() {
		Answer accepted = this.gateway.post(this.topic + "/records?acks=0", "{\"records\": [{\"value\": 1}]}");
		assertThat(accepted.status()).isEqualTo(202);
		Awaitility.await().until(() -> stored() == 1);
	}

	/** From the answer to the growth on, a key goes where the list of partitions says. */
	@Test
	void followsGrowthAtOnce() {
		Map<Integer, Integer> before = new HashMap<>();
		for (int partitions = 13; partitions < 20; partitions++) {
			grow(partitions);
			int listed = this.gateway.get(this.topic + "/partitions?key=customer-7")
				.json()
				.get("partitions")
				.get(0)
				.get("partition")
				.intValue();
			assertThat(append("{\"key\": \"customer-7\", \"value\": 1}").json()
				.get("records")
				.get(0)
				.get("partition")
				.intValue()).isEqualTo(listed);
			before.merge(listed, 1, Integer::sum);
		}
		assertThat(before).hasSizeGreaterThan(1);
	}

	/** Requests that lock the same partitions in opposite orders, from every lane. */
	@Test
	void concurrentSpreadsAreAllStoredWhole() throws Exception {
		int threads = 8;
		int each = 25;
		ExecutorService senders = Executors.newFixedThreadPool(threads);
		try {
			List<Future<List<JsonNode>>> all = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				int first = i;
				all.add(senders.submit(() -> {
					List<JsonNode> places = new ArrayList<>();
					for (int n = 0; n < each; n++) {
						Answer appended = append(
								("{\"partition\": %d, \"value\": 1}, {\"partition\": %d, \"value\": 2},"
										+ "{\"partition\": %d, \"value\": 3}")
									.formatted(first, 11 - first, (first + n) % 12));
						assertThat(appended.status()).as(appended.toString()).isEqualTo(201);
						appended.json().get("records").forEach(places::add);
					}
					return places;
				}));
			}
			Set<JsonNode> places = new HashSet<>();
			for (Future<List<JsonNode>> one : all) {
				places.addAll(one.get());
			}
			assertThat(places).hasSize(threads * each * 3);
			assertThat(stored()).isEqualTo(threads * each * 3);
		}
		finally {
			senders.shutdownNow();
		}
	}

}
