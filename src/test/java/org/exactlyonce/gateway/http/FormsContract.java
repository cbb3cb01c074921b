package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * The header form, NDJSON, and the delivery modes.
 */
abstract class FormsContract {

	private static final String RECORDS = "/partitions/5/records";

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

	private Answer post(String query, byte[] body, String... headers) {
		return this.gateway.send("POST", RECORDS + query, body, headers);
	}

	private Answer sequenced(long sequence, String type, String body, String... more) {
		return post("", utf8(body), Stream
			.concat(Stream.of("Content-Type", type, "Producer-Id", "" + this.producer, "Producer-Seq", "" + sequence),
					Stream.of(more))
			.toArray(String[]::new));
	}

	private JsonNode record(Answer receipt, int index) {
		assertThat(receipt.status()).as(receipt.text()).isIn(200, 201);
		long offset = receipt.json().get("baseOffset").longValue() + index;
		return this.gateway.get(RECORDS + "?limit=1&offset=" + offset).json().at("/records/0");
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private long logEnd() {
		return this.gateway.get("/partitions/5").json().get("logEndOffset").longValue();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "image/jpeg", "text/plain; charset=iso-8859-1", "application/octet-stream", "application/xml" })
	void keepsABodyOfAnyOtherTypeByteForByte(String type) {
		byte[] all = new byte[300];
		IntStream.range(0, all.length).forEach((i) -> all[i] = (byte) i);
		JsonNode record = record(post("", all, "Content-Type", type, "Producer-Id", "" + this.producer,
				"Producer-Epoch", "0", "Producer-Seq", "0", "Record-Key", "customer-7"), 0);
		assertThat(Base64.getDecoder().decode(record.get("valueBase64").asString())).isEqualTo(all);
		assertThat(record.get("contentType").asString()).isEqualTo(type);
		assertThat(record.has("value")).isFalse();
		assertThat(record.get("key").asString()).isEqualTo("customer-7");
		assertThat(record.get("producerId").longValue()).isEqualTo(this.producer);
		assertThat(record.get("sequence").longValue()).isZero();
		assertThat(record.get("headers")).isEmpty();
	}

	@Test
	void keepsAnEmptyBody() {
		assertThat(record(sequenced(0, "image/png", ""), 0).get("valueBase64").asString()).isEmpty();
		assertThat(record(sequenced(1, "text/plain", ""), 0).get("valueText").asString()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { " { \"total\" : 12.50 } |{\"total\":12.50}", "null|null", "\"é\"|\"é\"",
			"{\"producerId\":1}|{\"producerId\":1}", "[1, 2]|[1,2]" })
	void keepsAJsonBodyAsAValue(String body, String value) {
		Answer receipt = sequenced(0, "application/json", body);
		assertThat(receipt.status()).isEqualTo(201);
		assertThat(receipt.header("Producer-Next-Seq")).isEqualTo("1");
		assertThat(this.gateway.get(RECORDS + "?limit=1&offset=" + receipt.json().get("baseOffset")).text())
			.contains("\"value\":" + value + ",");
		assertThat(record(receipt, 0).get("key").isNull()).isTrue();
	}

	@Test
	void answersARetryInAnyForm() {
		Answer first = sequenced(0, "application/json", "{\"n\": 1}", "Record-Key", "k");
		Answer asDocument = this.gateway.post(RECORDS,
				"{\"producerId\":%d,\"baseSequence\":0,\"records\":[{\"key\":\"k\",\"value\":{\"n\":1}}]}"
					.formatted(this.producer));
		Answer asLine = sequenced(0, NDJSON, "{\"key\":\"k\",\"value\":{\"n\":1}}");
		for (Answer retry : new Answer[] { asDocument, asLine,
				sequenced(0, "application/json", "{\"n\":1}", "Record-Key", "k") }) {
			assertThat(retry.status()).as(retry.text()).isEqualTo(200);
			assertThat(retry.header("Idempotent-Replayed")).isEqualTo("true");
			assertThat(retry.json().get("baseOffset")).isEqualTo(first.json().get("baseOffset"));
		}
		assertProblem(sequenced(0, "application/json", "{\"n\":1}"), 422, "SEQUENCE_REUSED", "fix-request");
	}

	@Test
	void doesNotCompareMediaTypes() {
		sequenced(0, "image/png", "x");
		assertThat(sequenced(0, "image/jpeg", "x").status()).isEqualTo(200);
		assertThat(this.gateway
			.post(RECORDS,
					"{\"producerId\":%d,\"baseSequence\":0,\"records\":[{\"valueBase64\":\"eA==\"}]}"
						.formatted(this.producer))
			.status()).isEqualTo(200);
	}

	@Test
	void refusesAsTheJsonFormDoes() {
		Answer gap = sequenced(3, "text/plain", "x");
		assertProblem(gap, 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(gap.header("Producer-Expected-Seq")).isEqualTo("0");
		assertThat(gap.header("Producer-Received-Seq")).isEqualTo("3");
		Answer epoch = sequenced(0, "text/plain", "x", "Producer-Epoch", "7");
		assertProblem(epoch, 400, "INVALID_REQUEST", "fix-request");
		assertThat(epoch.json().at("/errors/0/field").asString()).isEqualTo("Producer-Epoch");
	}

	@Test
	void keepsAKeyInUtf8() throws IOException {
		String body = raw(
				"POST " + RECORDS + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\n"
						+ "Content-Length: 1\r\nRecord-Key: kunde-ü😀\r\n\r\nx");
		long offset = Long.parseLong(body.replaceAll("(?s).*\"baseOffset\":(\\d+),.*", "$1"));
		assertThat(this.gateway.get(RECORDS + "?limit=1&offset=" + offset).json().at("/records/0/key").asString())
			.isEqualTo("kunde-ü😀");
	}

	private String raw(String request) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(utf8(request));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "Producer-Id:1|Producer-Seq", "Producer-Seq:0|Producer-Id",
					"Producer-Epoch:0|Producer-Id Producer-Seq", "Producer-Id:x Producer-Seq:0|Producer-Id",
					"Producer-Id:1 Producer-Seq:-1|Producer-Seq",
					"Producer-Id:1 Producer-Seq:0 Producer-Epoch:1.5|Producer-Epoch",
					"Producer-Id:1 Producer-Seq:9007199254740992|Producer-Seq",
					"Producer-Id:1 Producer-Id:1 Producer-Seq:0|Producer-Id" })
	void refusesHalfAnIdentity(String headers, String fields) {
		long before = logEnd();
		String[] sent = Stream.of(headers.split(" "))
			.flatMap((header) -> Stream.of(header.split(":")))
			.toArray(String[]::new);
		for (String type : new String[] { "text/plain", NDJSON }) {
			Answer answer = post("", utf8("{\"value\":1}"),
					Stream.concat(Stream.of("Content-Type", type), Stream.of(sent)).toArray(String[]::new));
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
				.containsExactly(fields.split(" "));
		}
		assertThat(logEnd()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{} {}", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "tru" })
	void refusesAJsonBodyThatIsNone(String body) {
		assertProblem(sequenced(0, "application/json", body), 400, "INVALID_REQUEST", "fix-request");
	}

	@Test
	void countsTheBytesOfABody() {
		Answer answer = post("", new byte[(8 << 20) + 1], "Content-Type", "application/octet-stream");
		assertProblem(answer, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
		assertThat(answer.json().get("maxBytes").longValue()).isEqualTo(8 << 20);
		assertThat(post("", new byte[8 << 20], "Content-Type", "application/octet-stream").status()).isEqualTo(201);
	}

	@Test
	void appendsLinesAsOneBatch() {
		String lines = "{\"key\":\"a\",\"value\":1}\r\n\n  \n {\"value\": { \"b\": 2.0 }, \"headers\":{\"h\":\"x\"}}\n{\"valueBase64\":\"AAE=\",\"timestamp\":\"2026-11-24T10:00:00Z\"}";
		Answer receipt = sequenced(0, NDJSON, lines);
		assertThat(receipt.status()).as(receipt.text()).isEqualTo(201);
		assertThat(receipt.json().get("lastSequence").longValue()).isEqualTo(2);
		assertThat(receipt.header("Producer-Next-Seq")).isEqualTo("3");
		assertThat(record(receipt, 0).get("key").asString()).isEqualTo("a");
		assertThat(record(receipt, 1).at("/headers/h").asString()).isEqualTo("x");
		assertThat(record(receipt, 1).get("sequence").longValue()).isEqualTo(1);
		assertThat(record(receipt, 2).get("timestamp").asString()).isEqualTo("2026-11-24T10:00:00Z");
		assertThat(sequenced(0, NDJSON, lines).status()).isEqualTo(200);
	}

	@Test
	void namesEveryBrokenLineAndStoresNone() {
		long before = logEnd();
		Answer answer = sequenced(0, NDJSON,
				"{\"value\":1}\n{\"value\":\n\n{\"key\":7,\"value\":1}\n[]\n{}\n{\"value\":1,\"x\":1}\n");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
			.containsExactly("line 2", "line 4.key", "line 5", "line 6.value", "line 7.x");
		assertThat(logEnd()).isEqualTo(before);
		assertThat(sequenced(0, NDJSON, "{\"value\":1}").status()).isEqualTo(201);
	}

	@Test
	void takesTenThousandLinesAndNoMore() {
		String lines = IntStream.range(0, 10_000)
			.mapToObj((i) -> "{\"value\":" + i + "}\n")
			.collect(Collectors.joining());
		Answer tooMany = sequenced(0, NDJSON, lines + "{\"value\":0}");
		assertProblem(tooMany, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
		assertThat(tooMany.json().get("maxRecords").intValue()).isEqualTo(10_000);
		assertThat(sequenced(0, NDJSON, lines).json().get("lastSequence").intValue()).isEqualTo(9_999);
	}

	@Test
	void answers413BeforeABrokenLineAndThatBeforeThePartition() {
		String line = "{\"value\":\"" + "x".repeat(1 << 20) + "\"}\n";
		Answer answer = this.gateway.send("POST", "/partitions/abc/records", utf8("broken\n" + line.repeat(9)),
				"Content-Type", NDJSON);
		assertProblem(answer, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
		assertProblem(this.gateway.send("POST", "/partitions/abc/records", utf8("broken"), "Content-Type", NDJSON), 400,
				"INVALID_REQUEST", "fix-request");
		assertProblem(
				this.gateway.send("POST", "/partitions/abc/records", utf8("{\"value\":1}"), "Content-Type", NDJSON),
				404, "UNKNOWN_PARTITION", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", " \r\n \n" })
	void refusesLinesWithoutARecord(String body) {
		Answer answer = sequenced(0, NDJSON, body);
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("records");
	}

	@Test
	void refusesAKeyForManyRecords() {
		Answer answer = sequenced(0, NDJSON, "{\"value\":1}", "Record-Key", "k");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("Record-Key");
	}

	@Test
	void appendsAtLeastOnceWithoutAnIdentity() {
		for (String type : new String[] { "text/plain", NDJSON }) {
			Answer first = post("", utf8("{\"value\":1}"), "Content-Type", type);
			Answer second = post("", utf8("{\"value\":1}"), "Content-Type", type);
			assertThat(second.status()).isEqualTo(201);
			assertThat(second.json().get("baseOffset").longValue())
				.isEqualTo(first.json().get("baseOffset").longValue() + 1);
			assertThat(second.json().get("producerId").isNull()).isTrue();
			assertThat(second.header("Producer-Next-Seq")).isNull();
		}
	}

	@Test
	void answersBeforeTheCommitWithAcks0() {
		long before = logEnd();
		for (String[] form : new String[][] { { "application/json", "{\"records\":[{\"value\":\"acks\"}]}" },
				{ "text/plain", "acks" }, { NDJSON, "{\"value\":\"acks\"}" } }) {
			Answer answer = post("?acks=0", utf8(form[1]), "Content-Type", form[0]);
			assertThat(answer.status()).as(answer.text()).isEqualTo(202);
			assertThat(answer.text()).isEmpty();
		}
		org.awaitility.Awaitility.await().until(() -> logEnd() == before + 3);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{\"records\":[{\"value\":1}]}|201", "{\"records\":[]}|400", "{|400" })
	void takesAcksAllAsTheDefault(String body, int status) {
		assertThat(post("?acks=all", utf8(body), "Content-Type", "application/json").status()).isEqualTo(status);
	}

	@Test
	void refusesAcks0WithAnIdentity() {
		long before = logEnd();
		Answer body = post("?acks=0",
				utf8("{\"producerId\":%d,\"baseSequence\":0,\"records\":[{\"value\":1}]}".formatted(this.producer)),
				"Content-Type", "application/json");
		Answer headers = post("?acks=0", utf8("x"), "Content-Type", "text/plain", "Producer-Id", "" + this.producer,
				"Producer-Seq", "0");
		for (Answer answer : new Answer[] { body, headers }) {
			assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
			assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("acks");
		}
		assertThat(logEnd()).isEqualTo(before);
	}

	@Test
	void answersWhatIsKnownByThenWithAcks0() {
		assertThat(post("?acks=0", utf8("{"), "Content-Type", "application/json").status()).isEqualTo(400);
		assertThat(post("?acks=0", utf8("a=1"), "Content-Type", "application/x-www-form-urlencoded").status())
			.isEqualTo(415);
		assertThat(this.gateway.send("POST", "/partitions/99/records?acks=0", utf8("x"), "Content-Type", "text/plain")
			.status()).isEqualTo(404);
	}

}
