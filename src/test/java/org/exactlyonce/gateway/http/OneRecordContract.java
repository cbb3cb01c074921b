package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * One record under its own address: the value as it was sent, safe in a browser.
 */
abstract class OneRecordContract {

	private static final String RECORDS = "/partitions/5/records";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
	}

	private String append(String type, byte[] body, String... headers) {
		Answer receipt = this.gateway.send("POST", RECORDS, body,
				Stream.concat(Stream.of("Content-Type", type), Stream.of(headers)).toArray(String[]::new));
		assertThat(receipt.status()).as(receipt.text()).isEqualTo(201);
		return RECORDS + "/" + receipt.json().get("baseOffset");
	}

	private String append(String record) {
		return append("application/x-ndjson", record.getBytes(UTF_8));
	}

	private Answer get(String path, String... headers) {
		return this.gateway.send("GET", path, null, headers);
	}

	@Test
	void answersWithTheValueByteForByteAndTheRestInHeaders() {
		byte[] all = new byte[300];
		for (int i = 0; i < all.length; i++) {
			all[i] = (byte) i;
		}
		long producer = this.gateway.newProducer();
		String path = append("image/png", all, "Producer-Id", "" + producer, "Producer-Seq", "0", "Record-Key", "k 1");
		Answer answer = get(path);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.response().body()).isEqualTo(all);
		assertThat(answer.header("Content-Type")).isEqualTo("image/png");
		assertThat(answer.header("Content-Length")).isEqualTo("300");
		assertThat(answer.header("Producer-Id")).isEqualTo("" + producer);
		assertThat(answer.header("Producer-Epoch")).isEqualTo("0");
		assertThat(answer.header("Producer-Seq")).isEqualTo("0");
		assertThat(answer.header("Record-Key")).isEqualTo("k 1");
		assertThat(RECORDS + "/" + answer.header("Record-Offset")).isEqualTo(path);
		assertThat(answer.header("Record-Timestamp"))
			.isEqualTo(get(path, "Accept", "application/x-ndjson").json().get("appendedAt").asString());
		assertThat(answer.header("Content-Disposition")).isNull();
	}

	@Test
	void answersWithNoHeaderThatTheRecordHasNot() {
		Answer answer = get(append("{\"value\": {\"total\" : 12.50},\"timestamp\":\"2026-11-23T11:00:00+01:00\"}"));
		assertThat(answer.text()).isEqualTo("{\"total\":12.50}");
		assertThat(answer.header("Content-Type")).isEqualTo("application/json");
		assertThat(answer.header("Record-Timestamp")).isEqualTo("2026-11-23T10:00:00Z");
		assertThat(answer.response().headers().map().keySet()).doesNotContain("producer-id", "producer-epoch",
				"producer-seq", "record-key", "record-key-base64", "record-tombstone", "content-disposition");
	}

	@Test
	void answersWithTheLineThatAPageHas() {
		String path = append("{\"keyBase64\":\"/w==\",\"valueText\":\"x\",\"headers\":[[\"a\",null]]}");
		String offset = path.substring(path.lastIndexOf('/') + 1);
		for (String accept : List.of("application/x-ndjson", "application/x-ndjson, */*;q=0.5",
				"text/html, application/x-ndjson")) {
			Answer line = get(path, "Accept", accept);
			assertThat(line.header("Content-Type")).isEqualTo("application/x-ndjson");
			assertThat(line.text())
				.isEqualTo(get(RECORDS + "?limit=1&offset=" + offset, "Accept", "application/x-ndjson").text());
			assertThat(line.header("ETag")).isNotEqualTo(get(path).header("ETag"));
		}
		assertThat(get(path, "Accept", "application/x-ndjson, */*").text()).isEqualTo("x");
		assertThat(get(path, "Accept", "text/*").text()).isEqualTo("x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/ndjson", "application/jsonl", "application/x-jsonlines" })
	void answersWithTheLineUnderItsOtherNames(String name) {
		String path = append("{\"valueText\":\"x\"}");
		for (String accept : List.of(name, name + ", */*;q=0.5", "application/x-ndjson;q=0.5, " + name)) {
			Answer line = get(path, "Accept", accept);
			assertThat(line.status()).as(accept).isEqualTo(200);
			assertThat(line.header("Content-Type")).isEqualTo(name);
			assertThat(line.text()).isEqualTo(get(path, "Accept", "application/x-ndjson").text());
		}
		assertThat(get(path, "Accept", name + ", text/*").text()).isEqualTo("x");
	}

	@Test
	void answersATombstoneWithNothing() {
		String path = append("{\"tombstone\":true,\"key\":\"k\"}");
		for (String accept : List.of("*/*", "text/plain")) {
			Answer answer = get(path, "Accept", accept);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.response().body()).isEmpty();
			assertThat(answer.header("Content-Length")).isEqualTo("0");
			assertThat(answer.header("Content-Type")).isNull();
			assertThat(answer.header("Record-Tombstone")).isEqualTo("true");
			assertThat(answer.header("Record-Key")).isEqualTo("k");
		}
		assertThat(get(path, "Accept", "application/x-ndjson").json().get("tombstone").booleanValue()).isTrue();
		Answer empty = get(append("text/plain", new byte[0]));
		assertThat(empty.header("Record-Tombstone")).isNull();
		assertThat(empty.header("Content-Type")).isEqualTo("text/plain");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "text/plain;charset=iso-8859-1", "application/json", "image/png",
			"application/cloudevents+json", "video/mp4" })
	void showsWhatABrowserDoesNotRun(String type) {
		Answer answer = get(
				append(type, "1".getBytes(UTF_8), "Producer-Id", "" + this.gateway.newProducer(), "Producer-Seq", "0"));
		assertThat(answer.header("Content-Type")).isEqualTo(type);
		assertThat(answer.header("Content-Disposition")).isNull();
		assertSandboxed(answer);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "TEXT/HTML;charset=utf-8", "image/svg+xml", "text/xml", "application/xml",
			"application/xhtml+xml", "text/javascript", "application/javascript", "application/pdf", "text/css",
			"application/x-shockwave-flash", "application/octet-stream", "x/y", "application/rss+xml", "text/foo" })
	void letsABrowserSaveAllElse(String type) {
		Answer answer = get(append(type, "<script>alert(1)</script>".getBytes(UTF_8)));
		assertThat(answer.header("Content-Type")).isEqualToIgnoringCase(type);
		assertThat(answer.header("Content-Disposition")).isEqualTo("attachment");
		assertThat(answer.text()).isEqualTo("<script>alert(1)</script>");
		assertSandboxed(answer);
	}

	private static void assertSandboxed(Answer answer) {
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
		assertThat(answer.header("Content-Security-Policy")).isEqualTo("sandbox");
	}

	@Test
	void letsCachesKeepIt() {
		String path = append("text/plain", "cached".getBytes(UTF_8));
		Answer first = get(path);
		assertThat(first.header("Cache-Control")).contains("max-age=31536000", "immutable");
		assertThat(first.header("Vary")).isEqualTo("Accept");
		String tag = first.header("ETag");
		assertThat(tag).matches("\"[0-9a-f]{32}\"");
		assertThat(get(path).header("ETag")).isEqualTo(tag);
		for (String sent : List.of(tag, "\"x\", " + tag, "W/" + tag, "*")) {
			Answer answer = get(path, "If-None-Match", sent);
			assertThat(answer.status()).as(sent).isEqualTo(304);
			assertThat(answer.response().body()).isEmpty();
			assertThat(answer.header("ETag")).isEqualTo(tag);
			assertThat(answer.header("Cache-Control")).contains("immutable");
			assertThat(answer.header("Vary")).isEqualTo("Accept");
		}
		assertThat(get(path, "If-None-Match", "\"x\"").text()).isEqualTo("cached");
		assertThat(get(path, "If-None-Match", tag, "Accept", "application/x-ndjson").status()).isEqualTo(200);
		assertThat(get(append("text/plain", "cached".getBytes(UTF_8))).header("ETag")).isNotEqualTo(tag);
	}

	@Test
	void answersHeadAsGetWithoutTheBody() {
		String path = append("text/plain", "headed".getBytes(UTF_8), "Record-Key", "k");
		Answer head = this.gateway.send("HEAD", path, null);
		Answer get = get(path);
		assertThat(head.status()).isEqualTo(200);
		assertThat(head.response().body()).isEmpty();
		for (String name : List.of("Content-Length", "Content-Type", "ETag", "Record-Key", "Cache-Control")) {
			assertThat(head.header(name)).as(name).isNotNull().isEqualTo(get.header(name));
		}
		assertThat(this.gateway.send("HEAD", RECORDS + "/999999999", null).status()).isEqualTo(404);
	}

	@Test
	void answers404WhereThereIsNoRecord() {
		append("text/plain", new byte[0]);
		long end = get("/partitions/5").json().get("logEndOffset").longValue();
		for (String offset : List.of("" + end, "9007199254740991", "9007199254740992", "-1", "abc", "1.0", "01", "%20",
				"0x1", "earliest")) {
			for (String accept : List.of("*/*", "application/x-ndjson")) {
				Answer answer = get(RECORDS + "/" + offset, "Accept", accept);
				assertProblem(answer, 404, "UNKNOWN_OFFSET", "fix-request");
				assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
				assertThat(answer.header("ETag")).isNull();
			}
		}
		assertThat(get(RECORDS + "/" + end).json().get("detail").asString()).contains("" + end, "partition 5");
		for (String partition : List.of("99", "abc", "-1")) {
			assertProblem(get("/partitions/" + partition + "/records/abc"), 404, "UNKNOWN_PARTITION", "fix-request");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/html, image/*", "text/plain;q=0", "nonsense", "a/b;q=1;;=" })
	void answers406IfTheClientTakesNeitherFormOfIt(String accept) {
		String path = append("text/plain", "x".getBytes(UTF_8));
		assertProblem(get(path, "Accept", accept), 406, "NOT_ACCEPTABLE", "fix-request");
	}

	@Test
	void namesTheTypesThatThereAreForIt() {
		String path = append("text/plain", "x".getBytes(UTF_8));
		assertThat(get(path, "Accept", "image/png").header("Accept")).isEqualTo("text/plain, application/x-ndjson");
	}

	@ParameterizedTest
	@CsvSource({ "customer-7, true", "kunde-ü😀, true", "a\tb, false", "'a\r\nSet-Cookie: x', false", "' a', false",
			"'a ', false", "'', true", "\u007f, false", "\u0085, true", "\u00a0, true", "'a, b; c=\"d\"', true" })
	void sendsAKeyInTheFormThatCanBeSentAgain(String key, boolean header) throws IOException {
		byte[] bytes = key.getBytes(UTF_8);
		String base64 = Base64.getEncoder().encodeToString(bytes);
		String path = append("{\"value\":1,\"keyBase64\":\"" + base64 + "\"}");
		List<String> lines = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
		assertThat(lines).filteredOn((line) -> line.startsWith("Record-Key"))
			.containsExactly(header ? "Record-Key: " + new String(bytes, ISO_8859_1) : "Record-Key-Base64: " + base64);
		assertThat(lines).noneMatch((line) -> line.startsWith("Set-Cookie"));
		String line = lines.stream().filter((found) -> found.startsWith("Record-Key")).findFirst().orElseThrow();
		List<String> answer = raw("POST " + RECORDS + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + line
				+ "\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n");
		assertThat(answer.get(0)).contains(" 201");
		String receipt = answer.get(answer.size() - 1);
		String again = RECORDS + "/" + receipt.replaceAll(".*\"baseOffset\":(\\d+),.*", "$1");
		assertThat(get(again, "Accept", "application/x-ndjson").json().path("key"))
			.isEqualTo(get(path, "Accept", "application/x-ndjson").json().path("key"));
	}

	/** The lines of an answer, each byte a character. */
	private List<String> raw(String request) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(request.getBytes(ISO_8859_1));
			String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
			return new ArrayList<>(Arrays.asList(answer.split("\r\n")));
		}
	}

	@Test
	void sendsABinaryKeyInBase64AndTheLengthOfALongOne() {
		assertThat(get(append("{\"value\":1,\"keyBase64\":\"AP8=\"}")).header("Record-Key-Base64")).isEqualTo("AP8=");
		Answer answer = get(append("{\"value\":1,\"key\":\"" + "k".repeat(1_000_000) + "\"}"));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Record-Key-Length")).isEqualTo("1000000");
		assertThat(answer.header("Record-Key")).isNull();
	}

	@Test
	void leavesAMediaTypeOutThatIsTooLongForAHeader() {
		Answer answer = get(append("image/png;x=" + "y".repeat(5000), new byte[] { 1 }));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
		assertThat(answer.header("Content-Disposition")).isEqualTo("attachment");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain; charset=\"utf-8\"", "text/plain;a=\"b, text/html\"",
			"application/x-thing; v=\"1;2\"", "image/png; a=\"\\\"\"" })
	void keepsTheParametersOfAMediaType(String type) {
		Answer answer = get(append(type, new byte[] { 1 }));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(org.springframework.util.MimeTypeUtils.parseMimeType(answer.header("Content-Type")))
			.isEqualTo(org.springframework.util.MimeTypeUtils.parseMimeType(type));
	}

}
