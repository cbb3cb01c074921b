package org.exactlyonce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * CloudEvents 1.0 over HTTP: each mode, to a topic and to a partition, stored once.
 */
abstract class CloudEventsContract {

	private static final AtomicInteger NAMES = new AtomicInteger();

	private static final String ONE = "application/cloudevents+json";

	private static final String BATCH = "application/cloudevents-batch+json";

	private static final String[] TO_TOPIC_AND_PARTITION = { "/records", "/partitions/2/records" };

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private String topic;

	@BeforeEach
	void makeTopic() {
		this.gateway = new GatewayClient(this.port);
		this.topic = "/topics/events-" + NAMES.incrementAndGet();
		assertThat(this.gateway.putTopic(this.topic.substring("/topics/".length()), "{\"partitions\": 6}").status())
			.isEqualTo(201);
	}

	private Answer send(String path, String body, String... headers) {
		return this.gateway.send("POST", this.topic + path, body.getBytes(StandardCharsets.UTF_8), headers);
	}

	private Answer binary(String path, String type, String body, String... more) {
		List<String> headers = new ArrayList<>(List.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/orders",
				"ce-type", "com.example.order", "Content-Type", type));
		headers.addAll(List.of(more));
		return send(path, body, headers.toArray(String[]::new));
	}

	private static String event(String id, String more) {
		return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/orders\",\"type\":\"com.example.order\""
				+ more + "}";
	}

	private long stored() {
		return this.gateway.stored(this.topic);
	}

	private JsonNode read(JsonNode place) {
		return this.gateway.record(this.topic, place);
	}

	/** Checks an append of one record, and its retry. */
	private JsonNode storedOnce(Answer first, Answer again) {
		assertThat(first.status()).isEqualTo(201);
		assertThat(first.json().get("duplicate").booleanValue()).isFalse();
		assertThat(again.status()).isEqualTo(200);
		assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
		assertThat(again.json().get("duplicate").booleanValue()).isTrue();
		JsonNode place = first.json().get("records").get(0);
		JsonNode known = again.json().get("records").get(0);
		assertThat(known.get("partition")).isEqualTo(place.get("partition"));
		assertThat(known.get("offset")).isEqualTo(place.get("offset"));
		assertThat(known.get("duplicate").booleanValue()).isTrue();
		return read(place);
	}

	private void refusedAsReused(Answer answer, int firstMismatch) {
		assertProblem(answer, 422, "ID_REUSED", "fix-request");
		assertThat(answer.json().get("firstMismatch").intValue()).isEqualTo(firstMismatch);
	}

	private static List<String> errors(Answer answer) {
		assertThat(answer.status()).as(answer.text()).isEqualTo(400);
		return answer.json()
			.get("errors")
			.valueStream()
			.map((error) -> error.get("field").asString() + ": " + error.get("message").asString())
			.toList();
	}

	private static Map<String, String> texts(JsonNode object) {
		Map<String, String> texts = new TreeMap<>();
		object.properties().forEach((member) -> texts.put(member.getKey(), member.getValue().asString()));
		return texts;
	}

	static Stream<String> paths() {
		return Stream.of(TO_TOPIC_AND_PARTITION);
	}

	@ParameterizedTest
	@MethodSource("paths")
	void storesABinaryEventOnce(String path) {
		String[] more = { "ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80", "CE-Time", "2026-11-29T10:00:00Z", "ce-5x",
				"%41\"b c\"" };
		JsonNode record = storedOnce(binary(path, "application/json", "{\"n\": 1.50}", more),
				binary(path, "application/json; charset=utf-8", " {\"n\":1.50}", more));
		assertThat(record.get("id").asString()).isEqualTo("/orders 1");
		assertThat(record.get("value")).isEqualTo(JsonMapper.shared().readTree("{\"n\":1.50}"));
		assertThat(record.has("contentType")).isFalse();
		assertThat(record.get("key").isNull()).isTrue();
		assertThat(texts(record.get("headers"))).isEqualTo(
				Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/orders", "ce-type", "com.example.order",
						"ce-subject", "Euro € 😀", "ce-time", "2026-11-29T10:00:00Z", "ce-5x", "Ab c"));
		refusedAsReused(binary(path, "application/json", "{\"n\": 1.5}", more), 0);
		refusedAsReused(binary(path, "application/json", "{\"n\": 1.50}"), 0);
		assertThat(stored()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("paths")
	void storesAStructuredEventOnce(String path) {
		String event = event("a b", ",\"time\": null, \"data\": {\"n\": 1.50}");
		JsonNode record = storedOnce(send(path, event, "Content-Type", ONE + ";a=b", "ce-id", "not looked at"),
				send(path, " " + event, "Content-Type", ONE));
		assertThat(record.get("id").asString()).isEqualTo("/orders a b");
		assertThat(record.get("value")).isEqualTo(JsonMapper.shared().readTree(event));
		assertThat(record.get("contentType").asString()).isEqualTo(ONE + ";a=b");
		assertThat(record.get("headers")).isEmpty();
		refusedAsReused(send(path, event.replace("1.50", "1.5"), "Content-Type", ONE), 0);
		assertThat(stored()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("paths")
	void storesEachEventOfABatchOnce(String path) {
		assertThat(send(path, event("1", ",\"data\":1"), "Content-Type", ONE).status()).isEqualTo(201);
		String batch = "[" + event("1", ", \"data\":1") + "," + event("2", "") + "," + event("2", "") + "]";
		Answer appended = send(path, batch, "Content-Type", BATCH);
		assertThat(appended.status()).isEqualTo(201);
		assertThat(appended.json().get("duplicate").booleanValue()).isFalse();
		JsonNode places = appended.json().get("records");
		assertThat(places.valueStream().map((place) -> place.get("duplicate").booleanValue())).containsExactly(true,
				false, true);
		assertThat(places.get(2).get("offset")).isEqualTo(places.get(1).get("offset"));
		JsonNode record = read(places.get(1));
		assertThat(record.get("id").asString()).isEqualTo("/orders 2");
		assertThat(record.get("contentType").asString()).isEqualTo(ONE);
		assertThat(record.get("value")).isEqualTo(JsonMapper.shared().readTree(event("2", "")));
		assertThat(send(path, batch, "Content-Type", BATCH).status()).isEqualTo(200);
		refusedAsReused(send(path, "[" + event("3", "") + "," + event("2", ",\"data\":1") + "]", "Content-Type", BATCH),
				1);
		assertThat(stored()).isEqualTo(2);
	}

	@Test
	void oneEventInTwoModesIsTwoPayloads() {
		assertThat(binary("/records", "application/json", "1").status()).isEqualTo(201);
		refusedAsReused(send("/records", event("1", ",\"data\":1"), "Content-Type", ONE), 0);
	}

	@Test
	void idsAreThoseOfRecords() {
		assertThat(binary("/records", "text/plain", "a").status()).isEqualTo(201);
		Answer again = this.gateway.post(this.topic + "/records",
				"{\"records\": [{\"id\": \"/orders 1\", \"valueText\": \"a\", \"headers\": {\"ce-specversion\": \"1.0\","
						+ " \"ce-id\": \"1\", \"ce-source\": \"/orders\", \"ce-type\": \"com.example.order\"}}]}");
		assertThat(again.status()).isEqualTo(200);
	}

	@Test
	void thePartitionKeyIsTheKey() {
		JsonNode listed = this.gateway.get(this.topic + "/partitions?key=customer-7").json().get("partitions").get(0);
		String event = event("2", ",\"partitionkey\":\"customer-7\"");
		List<Answer> answers = List.of(binary("/records", "text/plain", "a", "ce-partitionkey", "customer%2D7"),
				send("/records", event, "Content-Type", ONE), send("/records",
						"[" + event("3", "") + "," + event.replace("\"2\"", "\"4\"") + "]", "Content-Type", BATCH));
		for (Answer answer : answers) {
			assertThat(answer.status()).isEqualTo(201);
			JsonNode places = answer.json().get("records");
			JsonNode place = places.get(places.size() - 1);
			assertThat(place.get("partition")).isEqualTo(listed.get("partition"));
			assertThat(read(place).get("key").asString()).isEqualTo("customer-7");
		}
	}

	@ParameterizedTest
	@MethodSource("paths")
	void aRecordKeyComesFirst(String path) {
		Answer binary = binary(path, "text/plain", "a", "ce-partitionkey", "own", "Record-Key", "k");
		assertThat(read(binary.json().get("records").get(0)).get("key").asString()).isEqualTo("k");
		Answer structured = send(path, event("2", ",\"partitionkey\":\"own\""), "Content-Type", ONE,
				"Record-Key-Base64", "/w==");
		assertThat(read(structured.json().get("records").get(0)).get("keyBase64").asString()).isEqualTo("/w==");
		Answer batch = send(path, "[" + event("3", "") + "]", "Content-Type", BATCH, "Record-Key", "k");
		assertThat(errors(batch))
			.containsExactly("Record-Key: does not go with a batch of events, which have their own keys");
	}

	@ParameterizedTest
	@MethodSource("paths")
	void withoutContentTypeAndDataIsATombstone(String path) {
		String[] headers = { "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/orders", "ce-type", "deleted",
				"ce-partitionkey", "k" };
		JsonNode record = storedOnce(send(path, "", headers), send(path, "", headers));
		assertThat(record.get("tombstone").booleanValue()).isTrue();
		assertThat(record.get("key").asString()).isEqualTo("k");
		assertThat(record.get("headers").get("ce-type").asString()).isEqualTo("deleted");
		refusedAsReused(send(path, "x", headers), 0);
	}

	@ParameterizedTest
	@CsvSource({ "text/xml, <a/>, valueText, text/xml", "image/png, x, valueBase64, image/png",
			"application/x-ndjson, {}, valueBase64, application/x-ndjson",
			"application/x-ndjson, '', valueBase64, application/x-ndjson",
			"'', x, valueBase64, application/octet-stream", "text/plain, '', valueText, text/plain",
			"application/problem+json, {}, value, application/problem+json" })
	void theBodyOfABinaryEventIsTheValue(String type, String body, String member, String kept) {
		String[] headers = { "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/orders", "ce-type", "t",
				"Content-Type", type };
		Answer appended = send("/records", body, type.isEmpty() ? Arrays.copyOf(headers, headers.length - 2) : headers);
		assertThat(appended.status()).isEqualTo(201);
		JsonNode record = read(appended.json().get("records").get(0));
		assertThat(record.has(member)).isTrue();
		assertThat(record.get("contentType").asString()).isEqualTo(kept);
	}

	@Test
	void aDocumentUnderAttributesIsAValue() {
		String document = "{\"producerId\": 1, \"baseSequence\": 0, \"records\": [{\"value\": 1}]}";
		Answer appended = binary("/records", "application/json", document);
		assertThat(appended.json().get("records")).hasSize(1);
		assertThat(read(appended.json().get("records").get(0)).get("value"))
			.isEqualTo(JsonMapper.shared().readTree(document));
		assertThat(binary("/records", "text/plain", document, "ce-x", "1").status()).isEqualTo(422);
	}

	@ParameterizedTest
	@MethodSource("paths")
	void anIdGoesWithNoOtherWayToCount(String path) {
		String text = event("1", "");
		for (String[] headers : new String[][] { { "Content-Type", ONE }, { "Content-Type", BATCH }, { "Content-Type",
				"text/plain", "ce-id", "1", "ce-source", "/orders", "ce-type", "t", "ce-specversion", "1.0" } }) {
			String body = headers[1].equals(BATCH) ? "[" + text + "]" : text;
			String field = headers[1].equals(BATCH) ? "[0].id" : headers[1].equals(ONE) ? "id" : "ce-id";
			assertThat(errors(send(path, body, with(headers, "Idempotency-Key", "\"k\""))))
				.containsExactly("Idempotency-Key: comes together with " + field + ", must be one of them");
			if (field.equals("ce-id")) { // its attributes would be lost
				assertThat(errors(send(path, body, with(headers, "Producer-Id", "1", "Producer-Seq", "0"))))
					.contains(field + ": comes together with a producer's identity, must be one of them");
			}
			assertThat(errors(send(path + "?acks=0", body, headers)))
				.containsExactly("acks: is 0, which does not go with " + field + ": leave one of them out");
		}
		assertThat(stored()).isZero();
	}

	private static String[] with(String[] headers, String... more) {
		return Stream.concat(Stream.of(headers), Stream.of(more)).toArray(String[]::new);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "ce-specversion|0.3|is \"0.3\", must be \"1.0\"",
			"ce-id||is empty, must have a character at least", "ce-id|%C0%A0|must be UTF-8 text, percent-encoded",
			"ce-id|%00|contains U+0000, must not have control characters",
			"ce-source|a%20b|must be a URI-reference (RFC 3986), such as /orders/eu",
			"ce-type||is empty, must have a character at least", "ce-subject||is empty, must have a character at least",
			"ce-time|now|must be a time of RFC 3339, such as 2026-11-23T10:00:00.123Z",
			"ce-dataschema|order|must be a URI (RFC 3986), such as https://example.com/order.json",
			"ce-datacontenttype|text/xml|comes as Content-Type where attributes are headers, must be left out",
			"ce-my_ext|1|is no name of an attribute, which must have lower-case letters (a to z) and digits alone",
			"ce-x|%|has a % without two hexadecimal digits behind it, must have it as %25" })
	void refusesWhatIsNoBinaryEvent(String header, String value, String message) {
		Map<String, String> headers = new TreeMap<>(Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source",
				"/orders", "ce-type", "t", "Content-Type", "text/plain"));
		headers.put(header, (value != null) ? value : "");
		String[] sent = headers.entrySet()
			.stream()
			.flatMap((entry) -> Stream.of(entry.getKey(), entry.getValue()))
			.toArray(String[]::new);
		for (String path : TO_TOPIC_AND_PARTITION) {
			Answer answer = send(path, "x", sent);
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(errors(answer)).containsExactly(header + ": " + message);
		}
		assertThat(stored()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ce-specversion", "ce-id", "ce-source", "ce-type" })
	void oneRequiredHeaderMakesAnEvent(String header) {
		Answer answer = send("/records", "x", "Content-Type", "text/plain", header, "1.0");
		assertThat(errors(answer))
			.containsExactlyInAnyOrderElementsOf(Stream.of("ce-specversion", "ce-id", "ce-source", "ce-type")
				.filter((name) -> !name.equals(header))
				.map((name) -> name + ": is missing")
				.toList());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{}|specversion: is missing",
			"{\"specversion\":\"1.0\",\"id\":1,\"source\":\"/\",\"type\":\"t\"}|id: must be a string",
			"{\"specversion\":\"1.0\",\"id\":\"\\u0000\",\"source\":\"/\",\"type\":\"t\"}|id: contains U+0000",
			"{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"data\":1,\"data_base64\":\"\"}|data_base64: comes together with data, must be one of them",
			"{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"data_base64\":\"A\"}|data_base64: must be base64 (RFC 4648, section 4)",
			"{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"x\":1.5}|x: is 1.5, must be an integer of -2147483648 to 2147483647",
			"{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"data\":{\"a\":1,\"a\":2}}|data.a: is repeated" })
	void refusesWhatIsNoEventInJson(String event, String error) {
		for (String path : TO_TOPIC_AND_PARTITION) {
			Answer one = send(path, event, "Content-Type", ONE);
			assertProblem(one, 400, "INVALID_REQUEST", "fix-request");
			assertThat(errors(one).get(0)).isEqualTo(error);
			Answer batch = send(path, "[" + event("1", "") + "," + event + "]", "Content-Type", BATCH);
			assertProblem(batch, 400, "INVALID_REQUEST", "fix-request");
			assertThat(errors(batch).get(0)).isEqualTo("[1]." + error);
		}
		assertThat(stored()).isZero();
	}

	@ParameterizedTest
	@MethodSource("paths")
	void refusesBodiesOfAnotherShape(String path) {
		assertThat(errors(send(path, "[]", "Content-Type", BATCH)))
			.containsExactly("records: is empty, must have at least one event");
		assertThat(errors(send(path, "[1]", "Content-Type", BATCH))).containsExactly("[0]: must be an object");
		for (String[] wrong : new String[][] { { event("1", ""), BATCH }, { "[" + event("1", "") + "]", ONE },
				{ "", ONE }, { "", BATCH }, { "{", ONE } }) {
			assertProblem(send(path, wrong[0], "Content-Type", wrong[1]), 400, "INVALID_REQUEST", "fix-request");
		}
		assertThat(stored()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/cloudevents+xml", "application/cloudevents+avro", "application/cloudevents",
			"application/cloudevents+protobuf", "application/cloudevents+json;charset=latin1" })
	void refusesOtherFormats(String type) {
		for (String path : TO_TOPIC_AND_PARTITION) {
			Answer answer = send(path, "x", "Content-Type", type);
			assertProblem(answer, 415, "UNSUPPORTED_MEDIA_TYPE", "fix-request");
			assertThat(answer.header("Accept")).contains("application/cloudevents+json");
		}
	}

	/** What cannot be text of an answer does not break it. */
	@ParameterizedTest
	@ValueSource(strings = { "\\ud800", "\\u0000", "a\\udc00b", "\\n", "é" })
	void refusesNamesThatAreNone(String name) {
		String event = event("1", ",\"" + name + "\":1");
		assertProblem(send("/records", event, "Content-Type", ONE), 400, "INVALID_REQUEST", "fix-request");
		assertProblem(send("/records", "[" + event + "]", "Content-Type", BATCH), 400, "INVALID_REQUEST",
				"fix-request");
		assertThat(stored()).isZero();
	}

	@Test
	void twoEventsOfABatchUnderOneIdAreReused() {
		refusedAsReused(
				send("/records", "[" + event("1", "") + "," + event("1", ",\"data\":1") + "]", "Content-Type", BATCH),
				1);
		assertThat(stored()).isZero();
	}

	@Test
	void theJoinedIdMayBeLong() {
		String id = "😀".repeat(1992);
		assertThat(send("/records", event(id, ""), "Content-Type", ONE).status()).isEqualTo(201);
		assertThat(send("/records", event(id, ""), "Content-Type", ONE).status()).isEqualTo(200);
		assertThat(errors(send("/records", event(id + "x", ""), "Content-Type", ONE)))
			.containsExactly("id: has 2001 characters, with the source and a space before it, may have 2000");
	}

	@Test
	void keepsToTheBoundsOfABatch() {
		StringBuilder batch = new StringBuilder("[" + event("0", ""));
		for (int i = 1; i <= 10_000; i++) {
			batch.append(',').append(event(String.valueOf(i), ""));
		}
		assertProblem(send("/records", batch + "]", "Content-Type", BATCH), 413, "RECORD_BATCH_TOO_LARGE",
				"fix-request");
		assertThat(stored()).isZero();
	}

}
