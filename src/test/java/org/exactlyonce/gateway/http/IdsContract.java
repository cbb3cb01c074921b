package org.exactlyonce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * Records with ids, and requests with an Idempotency-Key, are stored once in their topic.
 */
abstract class IdsContract {

	private static final AtomicInteger NAMES = new AtomicInteger();

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private String topic;

	@BeforeEach
	void makeTopic() {
		this.gateway = new GatewayClient(this.port);
		this.topic = "/topics/ids-" + NAMES.incrementAndGet();
		makeTopic(6);
	}

	private void makeTopic(int partitions) {
		byte[] settings = ("{\"partitions\": " + partitions + "}").getBytes(StandardCharsets.UTF_8);
		assertThat(this.gateway.send("PUT", this.topic, settings, "Content-Type", "application/json").status())
			.isIn(200, 201);
	}

	private Answer append(String records) {
		return append("/records", records);
	}

	private Answer append(String path, String records, String... headers) {
		List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
		all.addAll(List.of(headers));
		return this.gateway.send("POST", this.topic + path,
				("{\"records\": [" + records + "]}").getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
	}

	private Answer single(String path, String type, String body, String... headers) {
		List<String> all = new ArrayList<>(List.of("Content-Type", type));
		all.addAll(List.of(headers));
		return this.gateway.send("POST", this.topic + path, body.getBytes(StandardCharsets.UTF_8),
				all.toArray(String[]::new));
	}

	private long stored() {
		return this.gateway.stored(this.topic);
	}

	private JsonNode read(JsonNode place) {
		return this.gateway.record(this.topic, place);
	}

	private static JsonNode place(Answer answer, int index) {
		return answer.json().get("records").get(index);
	}

	private static void assertDuplicate(Answer again, Answer first) {
		assertThat(again.status()).as(again.text()).isEqualTo(200);
		assertThat(again.response().headers().firstValue("Idempotent-Replayed")).hasValue("true");
		JsonNode duplicates = again.json();
		JsonNode stored = first.json();
		assertThat(duplicates.get("duplicate").booleanValue()).isTrue();
		assertThat(duplicates.get("appendedAt")).isEqualTo(stored.get("appendedAt"));
		assertThat(duplicates.get("records")).hasSameSizeAs(stored.get("records"));
		for (int i = 0; i < stored.get("records").size(); i++) {
			JsonNode duplicate = duplicates.get("records").get(i);
			assertThat(duplicate.get("partition")).isEqualTo(stored.get("records").get(i).get("partition"));
			assertThat(duplicate.get("offset")).isEqualTo(stored.get("records").get(i).get("offset"));
			assertThat(duplicate.get("duplicate").booleanValue()).isTrue();
		}
	}

	@Test
	void storesAnIdOnce() {
		Answer first = append(
				"{\"id\": \"order-1\", \"value\": {\"total\": 12.5}, \"headers\": {\"b\": \"1\", \"a\": \"2\"}}");
		assertThat(first.status()).as(first.text()).isEqualTo(201);
		assertThat(first.json().propertyNames()).containsExactlyInAnyOrder("topic", "records", "duplicate",
				"appendedAt");
		for (int i = 0; i < 10; i++) {
			assertDuplicate(append(
					"{\"value\":{\"total\":12.5}, \"headers\": {\"a\": \"2\", \"b\": \"1\"}, \"id\": \"order-1\"}"),
					first);
		}
		assertThat(stored()).isEqualTo(1);
		JsonNode record = read(place(first, 0));
		assertThat(record.get("id").asString()).isEqualTo("order-1");
		assertThat(record.get("producerId").isNull()).isTrue();
	}

	@Test
	void tellsTheIdOfOneRecord() {
		JsonNode place = place(append("{\"id\": \"änderung 1\", \"value\": 1}"), 0);
		Answer record = this.gateway
			.get(this.topic + "/partitions/" + place.get("partition") + "/records/" + place.get("offset").longValue());
		String header = record.response().headers().firstValue("Record-Id").orElseThrow();
		assertThat(new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
			.isEqualTo("änderung 1");
		assertThat(read(place(append("{\"value\": 1}"), 0)).has("id")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"id\": \"a\", \"value\": 2}", "{\"id\": \"a\", \"value\": 1, \"key\": \"k\"}",
			"{\"id\": \"a\", \"value\": 1, \"headers\": {\"h\": \"1\"}}", "{\"id\": \"a\", \"valueText\": \"1\"}",
			"{\"id\": \"a\", \"value\": 1, \"timestamp\": \"2026-11-23T10:00:00Z\"}",
			"{\"id\": \"a\", \"tombstone\": true}" })
	void refusesAnotherPayloadUnderAnId(String other) {
		append("{\"id\": \"a\", \"value\": 1}");
		Answer reused = append("{\"id\": \"new\", \"value\": 1}, " + other);
		assertProblem(reused, 422, "ID_REUSED", "fix-request");
		assertThat(reused.json().get("firstMismatch").intValue()).isEqualTo(1);
		assertThat(stored()).isEqualTo(1);
		assertThat(append("{\"id\": \"new\", \"value\": 1}").status()).isEqualTo(201);
	}

	@Test
	void storesWhatIsNewOfARequest() {
		Answer first = append("{\"id\": \"a\", \"value\": 1}, {\"id\": \"b\", \"key\": \"k\", \"value\": 2}");
		Answer mixed = append("{\"id\": \"c\", \"value\": 3}, {\"id\": \"a\", \"value\": 1}, {\"value\": 4}, "
				+ "{\"id\": \"b\", \"key\": \"k\", \"value\": 2}, {\"id\": \"c\", \"value\": 3}, {\"id\": \"d\", \"value\": 5}");
		assertThat(mixed.status()).isEqualTo(201);
		assertThat(mixed.json().get("duplicate").booleanValue()).isFalse();
		boolean[] duplicates = { false, true, false, true, true, false };
		int[] values = { 3, 1, 4, 2, 3, 5 };
		for (int i = 0; i < duplicates.length; i++) {
			assertThat(place(mixed, i).get("duplicate").booleanValue()).as("record " + i).isEqualTo(duplicates[i]);
			assertThat(read(place(mixed, i)).get("value").intValue()).isEqualTo(values[i]);
		}
		assertThat(place(mixed, 1).get("offset")).isEqualTo(place(first, 0).get("offset"));
		assertThat(place(mixed, 4).get("offset")).isEqualTo(place(mixed, 0).get("offset"));
		assertThat(stored()).isEqualTo(5);
	}

	@Test
	void refusesTwoPayloadsUnderOneIdInARequest() {
		Answer reused = append("{\"id\": \"a\", \"value\": 1}, {\"value\": 1}, {\"id\": \"a\", \"value\": 2}");
		assertProblem(reused, 422, "ID_REUSED", "fix-request");
		assertThat(reused.json().get("firstMismatch").intValue()).isEqualTo(2);
		assertThat(stored()).isZero();
	}

	@Test
	void isUniqueInATopicWhateverThePartition() {
		Answer first = append("/partitions/2/records", "{\"id\": \"a\", \"value\": 1}");
		assertThat(first.status()).isEqualTo(201);
		assertThat(place(first, 0).get("partition").intValue()).isEqualTo(2);
		assertDuplicate(append("/partitions/5/records", "{\"id\": \"a\", \"value\": 1}"), first);
		assertDuplicate(append("{\"id\": \"a\", \"value\": 1, \"partition\": 1}"), first);
		String former = this.topic;
		makeTopic();
		assertThat(this.topic).isNotEqualTo(former);
		assertThat(append("{\"id\": \"a\", \"value\": 1}").status()).isEqualTo(201);
	}

	@Test
	void knowsNoIdOfATopicThatWasDeleted() {
		append("{\"id\": \"a\", \"value\": 1}");
		assertThat(this.gateway.send("DELETE", this.topic, null).status()).isEqualTo(204);
		makeTopic(1);
		Answer anew = append("{\"id\": \"a\", \"value\": 2}");
		assertThat(anew.status()).isEqualTo(201);
		assertThat(place(anew, 0).get("offset").longValue()).isZero();
	}

	@Test
	void growsWithoutForgetting() {
		Answer first = append("{\"id\": \"a\", \"key\": \"customer-7\", \"value\": 1}");
		makeTopic(12);
		assertDuplicate(append("{\"id\": \"a\", \"key\": \"customer-7\", \"value\": 1}"), first);
	}

	@Test
	void takesIdsInLines() {
		String lines = "{\"id\": \"a\", \"value\": 1}\n{\"id\": \"b\", \"value\": 2}\n";
		Answer first = single("/records", "application/x-ndjson", lines);
		assertThat(first.status()).isEqualTo(201);
		assertDuplicate(single("/records", "application/x-ndjson", lines), first);
		assertDuplicate(append("{\"id\": \"a\", \"value\": 1}, {\"id\": \"b\", \"value\": 2}"), first);
	}

	@ParameterizedTest
	@CsvSource({ "/records", "/partitions/3/records" })
	void storesARequestOnceByItsKey(String path) {
		String records = "{\"value\": 1}, {\"key\": \"k\", \"value\": 2}, {\"value\": 1}";
		Answer first = append(path, records, "Idempotency-Key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"");
		assertThat(first.status()).as(first.text()).isEqualTo(201);
		assertThat(first.json().get("records")).hasSize(3);
		Answer again = append(path, records, "Idempotency-Key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
		assertDuplicate(again, first);
		assertThat(stored()).isEqualTo(3);
		assertThat(read(place(first, 0)).get("id").asString()).isEqualTo("8e03978e-40d5-43dd-bc93-6894a57f9324");
		Set<String> ids = new HashSet<>();
		for (JsonNode place : first.json().get("records")) {
			ids.add(read(place).get("id").asString());
		}
		assertThat(ids).hasSize(3);
	}

	@Test
	void passesOverParametersOfAKey() {
		Answer first = append("/records", "{\"value\": 1}", "Idempotency-Key", "\"a \\\"b\\\"\";p=1");
		assertThat(read(place(first, 0)).get("id").asString()).isEqualTo("a \"b\"");
		assertDuplicate(append("/records", "{\"value\": 1}", "Idempotency-Key", "\"a \\\"b\\\"\""), first);
	}

	@Test
	void storesOneRecordOfAnyTypeOnceByItsKey() {
		Answer first = single("/records", "image/png", "PNG", "Idempotency-Key", "photo-1", "Record-Key", "k");
		assertThat(first.status()).isEqualTo(201);
		assertDuplicate(single("/records", "image/png", "PNG", "Idempotency-Key", "\"photo-1\"", "Record-Key", "k"),
				first);
		assertProblem(single("/records", "image/png", "PNG", "Idempotency-Key", "photo-1"), 422, "ID_REUSED",
				"fix-request");
		assertThat(stored()).isEqualTo(1);
	}

	/** The bound is the values' alone. */
	@Test
	void takesTheLargestValueWithAKey() {
		String largest = "x".repeat(8 * 1024 * 1024);
		assertThat(single("/records", "image/png", largest, "Idempotency-Key", "largest").status()).isEqualTo(201);
		assertProblem(single("/records", "image/png", largest + "x", "Idempotency-Key", "too-large"), 413,
				"RECORD_BATCH_TOO_LARGE", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"value\": 1}", "{\"value\": 1}, {\"value\": 2}, {\"value\": 3}",
			"{\"value\": 1}, {\"value\": 3}", "{\"value\": 2}, {\"value\": 1}",
			"{\"value\": 1}, {\"value\": 2, \"partition\": 1}", "{\"value\": 1}, {\"value\": 2, \"key\": \"k\"}" })
	void refusesAnotherRequestUnderAKey(String other) {
		append("/records", "{\"value\": 1}, {\"value\": 2}", "Idempotency-Key", "k-1");
		assertProblem(append("/records", other, "Idempotency-Key", "k-1"), 422, "ID_REUSED", "fix-request");
		assertThat(stored()).isEqualTo(2);
	}

	@Test
	void refusesAKeyOnAnotherPath() {
		append("/records", "{\"value\": 1}", "Idempotency-Key", "k-1");
		assertProblem(append("/partitions/0/records", "{\"value\": 1}", "Idempotency-Key", "k-1"), 422, "ID_REUSED",
				"fix-request");
		append("/partitions/0/records", "{\"value\": 1}", "Idempotency-Key", "k-2");
		assertProblem(append("/partitions/1/records", "{\"value\": 1}", "Idempotency-Key", "k-2"), 422, "ID_REUSED",
				"fix-request");
		assertThat(stored()).isEqualTo(2);
	}

	@Test
	void takesNoIdForTheKeyOfARequest() {
		append("/records", "{\"value\": 1}, {\"value\": 2}", "Idempotency-Key", "batch");
		assertThat(append("{\"id\": \"batch 1\", \"value\": 7}").status()).isEqualTo(201);
		assertProblem(append("{\"id\": \"batch\\u001f1\", \"value\": 7}"), 400, "INVALID_REQUEST", "fix-request");
		assertThat(append("/records", "{\"value\": 8}", "Idempotency-Key", "batch 2").status()).isEqualTo(201);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "/records | '' | {\"id\": \"\", \"value\": 1} | records[0].id",
			"/records | '' | {\"id\": 7, \"value\": 1} | records[0].id",
			"/records | '' | {\"id\": \"a\\u0000\", \"value\": 1} | records[0].id",
			"/records?acks=0 | '' | {\"id\": \"a\", \"value\": 1} | acks",
			"/partitions/0/records?acks=0 | '' | {\"id\": \"a\", \"value\": 1} | acks",
			"/records?acks=0 | k | {\"value\": 1} | acks",
			"/records | k | {\"id\": \"a\", \"value\": 1} | Idempotency-Key",
			"/records | \"k | {\"value\": 1} | Idempotency-Key", "/records | \"\" | {\"value\": 1} | Idempotency-Key",
			"/records | \"a\"b\" | {\"value\": 1} | Idempotency-Key",
			"/records | a, b | {\"value\": 1} | Idempotency-Key" })
	void refusesWhatDoesNotGoWithIds(String path, String key, String records, String field) {
		String[] headers = key.isEmpty() ? new String[0] : new String[] { "Idempotency-Key", key };
		Answer refused = append(path, records, headers);
		assertProblem(refused, 400, "INVALID_REQUEST", "fix-request");
		assertThat(refused.json().get("errors").get(0).get("field").asString()).isEqualTo(field);
		assertThat(stored()).isZero();
	}

	@Test
	void refusesIdsThatAreTooLong() {
		String longest = "😀".repeat(255);
		assertThat(append("{\"id\": \"" + longest + "\", \"value\": 1}").status()).isEqualTo(201);
		assertProblem(append("{\"id\": \"" + longest + "x\", \"value\": 1}"), 400, "INVALID_REQUEST", "fix-request");
		assertThat(append("/records", "{\"value\": 1}", "Idempotency-Key", "k".repeat(255)).status()).isEqualTo(201);
		assertProblem(append("/records", "{\"value\": 1}", "Idempotency-Key", "k".repeat(256)), 400, "INVALID_REQUEST",
				"fix-request");
	}

	@Test
	void refusesIdsTogetherWithSequences() {
		long producer = this.gateway.newProducer();
		String path = this.topic + "/partitions/0/records";
		assertProblem(
				this.gateway.post(path,
						"{\"producerId\": " + producer
								+ ", \"baseSequence\": 0, \"records\": [{\"id\": \"a\", \"value\": 1}]}"),
				400, "INVALID_REQUEST", "fix-request");
		assertProblem(single("/partitions/0/records", "text/plain", "x", "Producer-Id", Long.toString(producer),
				"Producer-Seq", "0", "Idempotency-Key", "k"), 400, "INVALID_REQUEST", "fix-request");
		assertThat(stored()).isZero();
	}

	@Test
	void storesOnceWhatComesAtTheSameMoment() throws Exception {
		ExecutorService senders = Executors.newFixedThreadPool(8);
		try {
			for (int round = 0; round < 15; round++) {
				String records = "{\"id\": \"x-" + round + "\", \"value\": " + round + "}, {\"id\": \"y-" + round
						+ "\", \"key\": \"k\", \"value\": 1}";
				List<Future<Answer>> answers = new ArrayList<>();
				for (int i = 0; i < 8; i++) {
					answers.add(senders.submit(() -> append(records)));
				}
				Set<JsonNode> places = new HashSet<>();
				int stored = 0;
				for (Future<Answer> answer : answers) {
					assertThat(answer.get().status()).as(answer.get().text()).isIn(200, 201);
					stored += (answer.get().status() == 201) ? 1 : 0;
					places.add(place(answer.get(), 0).get("offset"));
				}
				assertThat(stored).isEqualTo(1);
				assertThat(places).hasSize(1);
				assertThat(stored()).isEqualTo(2L * (round + 1));
			}
		}
		finally {
			senders.shutdownNow();
		}
	}

	@Test
	void takesTenThousandIdsAtATime() {
		StringBuilder lines = new StringBuilder();
		for (int i = 0; i < 10_000; i++) {
			lines.append("{\"id\": \"n-")
				.append(i)
				.append("\", \"key\": \"k")
				.append(i % 50)
				.append("\", \"value\": 1}\n");
		}
		Answer first = single("/records", "application/x-ndjson", lines.toString());
		assertThat(first.status()).isEqualTo(201);
		assertDuplicate(single("/records", "application/x-ndjson", lines.toString()), first);
		assertThat(stored()).isEqualTo(10_000);
	}

	@Test
	void countsDuplicates() {
		double before = duplicates();
		append("{\"id\": \"a\", \"value\": 1}");
		append("{\"id\": \"a\", \"value\": 1}, {\"id\": \"b\", \"value\": 1}");
		assertThat(duplicates() - before).isEqualTo(1);
	}

	private double duplicates() {
		return this.gateway.get("/actuator/metrics/gateway.ids.duplicates")
			.json()
			.at("/measurements/0/value")
			.doubleValue();
	}

}
