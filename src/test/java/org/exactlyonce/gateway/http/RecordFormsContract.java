package org.exactlyonce.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * What Kafka can carry: text, bytes and tombstones, keys of bytes, headers as a list. How
 * each reads back, and which spelling is a retry of which.
 */
abstract class RecordFormsContract {

	private static final String RECORDS = "/partitions/6/records";

	private static final String NDJSON = "application/x-ndjson";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	private Answer document(String record) {
		return this.gateway.post(RECORDS,
				"{\"producerId\":%d,\"baseSequence\":0,\"records\":[%s]}".formatted(this.producer, record));
	}

	private Answer line(String record) {
		return body(NDJSON, record.getBytes(UTF_8));
	}

	private Answer body(String type, byte[] body, String... more) {
		return this.gateway.send("POST", RECORDS, body,
				Stream
					.concat(Stream.of("Content-Type", type, "Producer-Id", "" + this.producer, "Producer-Seq", "0"),
							Stream.of(more))
					.toArray(String[]::new));
	}

	/** The record as it reads back, to the letter, but for what the gateway adds. */
	private String read(Answer receipt) {
		assertThat(receipt.status()).as(receipt.text()).isIn(200, 201);
		long offset = receipt.json().get("baseOffset").longValue();
		String line = this.gateway.send("GET", RECORDS + "?limit=1&offset=" + offset, null, "Accept", NDJSON).text();
		assertThat(line).isEqualTo(this.gateway.send("GET", RECORDS + "/" + offset, null, "Accept", NDJSON).text());
		return line.replaceFirst("^\\{\"topic\":\"records\",\"offset\":\\d+,\"timestamp\":\"[^\"]+\",", "{")
			.replaceFirst(",\"producerId\".*\n", "}");
	}

	private void isDuplicate(Answer answer) {
		assertThat(answer.status()).as(answer.text()).isEqualTo(200);
		assertThat(answer.json().get("duplicate").booleanValue()).isTrue();
	}

	private void isReused(Answer answer) {
		assertProblem(answer, 422, "SEQUENCE_REUSED", "fix-request");
		assertThat(answer.json().get("firstMismatch").longValue()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "text/plain; charset=iso-8859-1", "TEXT/csv;header=present", "text/html" })
	void readsTextBackAsTextIfItsBytesAreUtf8(String type) {
		assertThat(read(body(type, "é\u0000\n\"€".getBytes(UTF_8)))).isEqualTo(
				"{\"key\":null,\"valueText\":\"é\\u0000\\n\\\"€\",\"contentType\":\"" + type + "\",\"headers\":{}}");
	}

	@Test
	void readsOtherBytesBackAsBase64() {
		assertThat(read(body("text/plain; charset=iso-8859-1", "é".getBytes(ISO_8859_1)))).isEqualTo(
				"{\"key\":null,\"valueBase64\":\"6Q==\",\"contentType\":\"text/plain; charset=iso-8859-1\",\"headers\":{}}");
		this.producer = this.gateway.newProducer();
		assertThat(read(body("application/xml", "<a/>".getBytes(UTF_8)))).isEqualTo(
				"{\"key\":null,\"valueBase64\":\"PGEvPg==\",\"contentType\":\"application/xml\",\"headers\":{}}");
	}

	@Test
	void takesTextInsteadOfAValue() {
		Answer first = document("{\"valueText\":\"é\"}");
		assertThat(read(first)).isEqualTo(
				"{\"key\":null,\"valueText\":\"é\",\"contentType\":\"text/plain;charset=UTF-8\",\"headers\":{}}");
		isDuplicate(line("{\"valueText\":\"\\u00e9\"}"));
		isDuplicate(document("{\"valueBase64\":\"w6k=\"}"));
		isDuplicate(body("text/html", "é".getBytes(UTF_8)));
		isDuplicate(body("image/png", "é".getBytes(UTF_8)));
		isReused(document("{\"value\":\"é\"}"));
		isReused(document("{\"valueText\":\"e\"}"));
		isReused(document("{\"tombstone\":true}"));
	}

	@Test
	void distinguishesJsonFromTextAndBytesThatReadTheSame() {
		document("{\"value\":1}");
		isReused(document("{\"valueText\":\"1\"}"));
		isReused(document("{\"valueBase64\":\"MQ==\"}"));
		isReused(body("text/plain", new byte[] { '1' }));
		isDuplicate(body("application/json", new byte[] { ' ', '1' }));
		isDuplicate(body("application/vnd.number+json", new byte[] { '1', '\n' }));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "application/problem+json", "application/vnd.x+JSON; charset=utf-8; v=1", "model/gltf+json" })
	void keepsJsonOfAnotherMediaTypeAsAValue(String type) {
		Answer first = body(type, "{ \"id\" : 1.0 }".getBytes(UTF_8));
		assertThat(read(first))
			.isEqualTo("{\"key\":null,\"value\":{\"id\":1.0},\"contentType\":\"" + type + "\",\"headers\":{}}");
		isDuplicate(body(type, "{\"id\":1.0}".getBytes(UTF_8)));
		isDuplicate(document("{\"value\":{\"id\":1.0}}"));
		isReused(document("{\"valueText\":\"{\\\"id\\\":1.0}\"}"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "application/cloudevents+json|{|400", "application/a+json|{\"a\":1,\"a\":2}|400",
					"application/a+json||400", "application/a+json;charset=iso-8859-1|1|415" })
	void refusesJsonOfAnotherMediaTypeThatIsNone(String type, String body, int status) {
		Answer answer = body(type, ((body != null) ? body : "").getBytes(UTF_8));
		assertThat(answer.status()).as(answer.text()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "w6k=|\"key\":\"é\"", "|\"key\":\"\"", "AA==|\"keyBase64\":\"AA==\"",
			"/w==|\"keyBase64\":\"/w==\"", "77+9|\"key\":\"\ufffd\"", "7aCA|\"keyBase64\":\"7aCA\"" })
	void readsAKeyBackAsTextIfItIsText(String base64, String expected) {
		String sent = (base64 != null) ? base64 : "";
		String record = "{\"keyBase64\":\"" + sent + "\",\"value\":1}";
		assertThat(read(document(record))).isEqualTo("{" + expected + ",\"value\":1,\"headers\":{}}");
		isDuplicate(line(record));
		isDuplicate(body("application/json", new byte[] { '1' }, "Record-Key-Base64", sent));
		if (!expected.contains("Base64")) {
			isDuplicate(document("{" + expected + ",\"value\":1}"));
		}
		isReused(document("{\"value\":1}"));
		isReused(document("{\"keyBase64\":\"AAAA\",\"value\":1}"));
	}

	@Test
	void takesOneKeyOnly() {
		Answer both = body("text/plain", new byte[0], "Record-Key", "a", "Record-Key-Base64", "YQ==");
		Answer broken = body("text/plain", new byte[0], "Record-Key-Base64", "YQ");
		Answer lines = body(NDJSON, "{\"value\":1}".getBytes(UTF_8), "Record-Key-Base64", "YQ==");
		Answer inDocument = this.gateway.send("POST", RECORDS, "{\"records\":[{\"value\":1}]}".getBytes(UTF_8),
				"Content-Type", "application/json", "Record-Key-Base64", "YQ==");
		for (Answer answer : List.of(both, broken, lines, inDocument)) {
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(answer.json().get("errors")).hasSize(1);
			assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("Record-Key-Base64");
		}
	}

	@Test
	void keepsAListOfHeadersAsItWasSent() {
		String headers = "[[\"b\",\"1\"],[\"a\",null],[\"b\",{\"base64\":\"AAE=\"}],[\"\",\"\\u0000\"],[\"b\",\"1\"],[\"c\",{\"base64\":\"\"}]]";
		String record = "{\"value\":1,\"headers\":" + headers + "}";
		assertThat(read(document(record))).isEqualTo("{\"key\":null,\"value\":1,\"headers\":" + headers + "}");
		isDuplicate(line(record));
		isDuplicate(document(record.replace("\"\\u0000\"", "{\"base64\":\"AA==\"}").replace("null", " null ")));
		isReused(document(record.replace("[\"b\",\"1\"],[\"a\",null]", "[\"a\",null],[\"b\",\"1\"]")));
		isReused(document(record.replace(",[\"b\",\"1\"],[\"c\"", ",[\"c\"")));
		isReused(document(record.replace("null", "\"\"")));
	}

	@Test
	void neverTakesAListOfHeadersForAnObject() {
		document("{\"value\":1,\"headers\":[[\"a\",\"1\"]]}");
		isReused(document("{\"value\":1,\"headers\":{\"a\":\"1\"}}"));
		isReused(document("{\"value\":1}"));
	}

	@Test
	void takesNoHeadersForTheSameHoweverTheyAreSpelt() {
		assertThat(read(document("{\"value\":1,\"headers\":[]}"))).endsWith("\"headers\":{}}");
		for (String none : List.of("", ",\"headers\":{}", ",\"headers\":null", ",\"headers\":[]")) {
			isDuplicate(document("{\"value\":1" + none + "}"));
		}
		isDuplicate(body("application/json", new byte[] { '1' }));
	}

	@Test
	void keepsATombstone() {
		assertThat(read(document("{\"tombstone\":true,\"key\":\"k\"}")))
			.isEqualTo("{\"key\":\"k\",\"tombstone\":true,\"headers\":{}}");
		isDuplicate(line("{\"key\":\"k\",\"tombstone\":true}"));
		isReused(document("{\"key\":\"k\",\"value\":null}"));
		isReused(document("{\"key\":\"k\",\"valueText\":\"\"}"));
		isReused(document("{\"key\":\"k\",\"valueBase64\":\"\"}"));
		isReused(body("text/plain", new byte[0], "Record-Key", "k"));
	}

	@Test
	void comparesAllFormsWhenTheyAreBatchedOtherwise() {
		List<String> records = List.of("{\"valueText\":\"a\"}", "{\"tombstone\":true}",
				"{\"keyBase64\":\"/w==\",\"value\":1}", "{\"value\":1,\"headers\":[[\"a\",null]]}",
				"{\"valueBase64\":\"AA==\"}");
		document(String.join(",", records));
		isDuplicate(line(String.join("\n", records.subList(0, 4))));
		List<String> other = new ArrayList<>(records);
		other.set(3, "{\"value\":1,\"headers\":[[\"a\",\"\"]]}");
		Answer reused = line(String.join("\n", other));
		assertProblem(reused, 422, "SEQUENCE_REUSED", "fix-request");
		assertThat(reused.json().get("firstMismatch").longValue()).isEqualTo(3);
	}

	/**
	 * What was read can be sent again: the members that a record may have are the same.
	 */
	@Test
	void readsBackWhatCanBeSentAgain() {
		String sent = "{\"keyBase64\":\"/w==\",\"valueText\":\"x\",\"headers\":[[\"a\",{\"base64\":\"AA==\"}]]}";
		JsonNode read = JsonMapper.shared().readTree(read(document(sent)));
		((tools.jackson.databind.node.ObjectNode) read).remove("contentType");
		isDuplicate(document(read.toString()));
	}

	@Test
	void namesEveryFieldThatIsWrong() {
		String record = "{\"key\":1,\"keyBase64\":\"?\",\"value\":1,\"valueText\":\"\\ud800\",\"valueBase64\":7,\"tombstone\":\"x\","
				+ "\"headers\":[[null,1],[\"a\",\"1\",{}],7,[\"b\",{\"base46\":\"\"}],[\"\\u0000\",\"1\"]],\"valeu\":2}";
		List<String> wrong = List.of("key", "keyBase64", "valueText", "valueBase64", "tombstone", "headers[0][0]",
				"headers[0][1]", "headers[1]", "headers[2]", "headers[3][1].base46", "headers[3][1].base64",
				"headers[4][0]", "valeu");
		for (String form : List.of("records[0].", "line 1.")) {
			Answer answer = form.startsWith("line") ? line(record) : document(record);
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
				.containsExactlyElementsOf(wrong.stream().map((field) -> form + field).toList());
		}
		assertThat(document("{\"value\":1,\"keyBase46\":\"\"}").json().at("/errors/0/message").asString()).contains(
				"did you mean keyBase64? known: key, keyBase64, value, valueText, valueBase64, tombstone, headers");
		assertThat(document("{\"value\":1,\"headers\":[[\"a\",{\"base46\":\"\"}]]}").json()
			.at("/errors/0/message")
			.asString()).contains("did you mean base64? known: base64");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "{\"valueText\":1}|valueText", "{\"tombstone\":\"true\"}|tombstone",
					"{\"tombstone\":false}|value", "{\"tombstone\":true,\"valueText\":\"\"}|tombstone",
					"{\"value\":1,\"keyBase64\":\"AA=\"}|keyBase64",
					"{\"value\":1,\"key\":\"a\",\"keyBase64\":\"YQ==\"}|keyBase64",
					"{\"value\":1,\"headers\":{\"a\":null}}|headers.a",
					"{\"value\":1,\"headers\":{\"a\":{\"base64\":\"\"}}}|headers.a",
					"{\"value\":1,\"headers\":[[\"a\",\"1\"],[\"b\"]]}|headers[1]",
					"{\"value\":1,\"headers\":[[\"a\",{\"base64\":\"?\"}]]}|headers[0][1].base64" })
	void namesTheFieldThatIsWrong(String record, String field) {
		for (String form : List.of("records[0].", "line 1.")) {
			Answer answer = form.startsWith("line") ? line(record) : document(record);
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
				.containsExactly(form + field);
		}
	}

}
