package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * Bad input gets a clear problem, in the contract's order of precedence, and changes
 * nothing.
 */
abstract class ErrorsContract {

	private static final String RECORDS = "/partitions/0/records";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private String before;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.before = this.gateway.get("/partitions").text();
	}

	@org.junit.jupiter.api.AfterEach
	void nothingWasStored() {
		assertThat(this.gateway.get("/partitions").text()).isEqualTo(this.before);
	}

	@ParameterizedTest
	@CsvSource({ "PUT,/partitions/abc/records,'GET, POST'", "DELETE,/producers,'POST, GET'", "POST,/partitions/0,GET",
			"POST,/partitions/0/records/0,GET", "POST,/producers/1,'GET, PATCH'", "BREW,/partitions,GET" })
	void refusesMethodsWithTheAllowedOnes(String method, String path, String allowed) {
		Answer answer = this.gateway.send(method, path, null);
		assertProblem(answer, 405, "METHOD_NOT_ALLOWED", "fix-request");
		assertThat(answer.header("Allow").split(", ")).containsExactlyInAnyOrder(allowed.split(", "));
		assertThat(answer.json().get("detail").asString()).isEqualTo(method + " is not allowed on " + path
				+ "; it takes " + Stream.of(allowed.split(", ")).sorted().collect(Collectors.joining(", ")) + ".");
	}

	@ParameterizedTest
	@CsvSource({ "/partitions/,/partitions", "/partitions/0/records/,/partitions/0/records",
			"/partitions//0/records,/partitions/0/records", "/partition/0/records,/partitions/0/records",
			"/Partitions/0/Records,/partitions/0/records", "/partitions/a%20b/record,/partitions/a%20b/records",
			"/partitions/0/record/5,/partitions/0/records/5", "/partitions/0/records/5/,/partitions/0/records/5",
			"/producer/7,/producers/7", "/producers/1/epochs,/producers/1/epoch",
			"/producers/1/eopch/,/producers/1/epoch", "/actuator/healht,/actuator/health", "/problem,/problems",
			"/v3/api-doc,/v3/api-docs" })
	void asksForThePathThatWasMeant(String path, String meant) {
		for (String method : new String[] { "GET", "POST" }) {
			Answer answer = this.gateway.send(method, path, null);
			assertProblem(answer, 404, "NOT_FOUND", "fix-request");
			assertThat(answer.json().get("detail").asString())
				.isEqualTo("There is nothing under " + path + ", did you mean " + meant + "?");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nope", "/partitions/0/records/1/2", "/x/y/z", "/error/" })
	void namesThePathUnderWhichThereIsNothing(String path) {
		assertThat(this.gateway.get(path).json().get("detail").asString())
			.isEqualTo("There is nothing under " + path + ".");
	}

	@ParameterizedTest
	@CsvSource({ "/partitions/0/records,'GET, POST, HEAD, OPTIONS'", "/producers/1,'GET, PATCH, HEAD, OPTIONS'",
			"/actuator/health,'GET, HEAD, OPTIONS'" })
	void answersAPreflightWithTheMethodsThatThereAre(String path, String allowed) throws IOException {
		String answer = raw("OPTIONS " + path
				+ " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://a\r\nAccess-Control-Request-Method: DELETE");
		assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("Access-Control-Allow");
		String allow = answer.lines().filter((line) -> line.startsWith("Allow: ")).findFirst().orElseThrow();
		assertThat(allow.substring(7).split(", ?")).containsExactlyInAnyOrder(allowed.split(", "));
	}

	@Test
	void namesARequestWhosePathIsNoUri() throws IOException {
		assertThat(raw("GET // HTTP/1.1\r\nHost: localhost")).startsWith("HTTP/1.1 404")
			.contains("\"instance\":\"/\"", "\"code\":\"NOT_FOUND\"");
	}

	@Test
	void neverEchoesATrace() {
		Answer answer = this.gateway.send("TRACE", RECORDS, null, "X-Secret", "s");
		assertProblem(answer, 405, "METHOD_NOT_ALLOWED", "fix-request");
		assertThat(answer.header("Allow")).isEqualTo("GET, POST");
		assertThat(answer.text()).contains("TRACE is not allowed on " + RECORDS + "; it takes GET, POST.");
		assertThat(answer.text()).doesNotContain("Secret");
	}

	@Test
	void answers406BeforeLookingAtTheBody() {
		assertProblem(this.gateway.send("POST", "/partitions/abc/records", bytes("x"), "Content-Type", "text/csv",
				"Accept", "text/csv"), 406, "NOT_ACCEPTABLE", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/*", "*/*",
			"/", "application/json;charset=utf-16", "application/x-ndjson;charset=latin1" })
	void answers415BeforeReadingTheBody(String type) {
		Answer answer = this.gateway.send("POST", "/partitions/abc/records", new byte[9 << 20], "Content-Type", type);
		assertProblem(answer, 415, "UNSUPPORTED_MEDIA_TYPE", "fix-request");
	}

	@Test
	void answers413BeforeMalformedContent() {
		for (int size : new int[] { (8 << 20) + 1, 17 << 20, 40 << 20 }) {
			Answer answer = this.gateway.send("POST", "/partitions/abc/records", new byte[size], "Content-Type",
					"application/json");
			assertProblem(answer, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
			assertThat(answer.json().get("maxBytes").longValue()).isEqualTo(8 << 20);
		}
	}

	@Test
	void countsTheBytesOfTheValues() {
		Answer answer = this.gateway.post(RECORDS, "{\"records\":[{\"value\":\"" + "x".repeat(8 << 20) + "\"}]}");
		assertProblem(answer, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
	}

	@Test
	void answers400BeforeTooManyRecordsAndThoseBeforeThePartition() {
		String many = "{\"value\":1},".repeat(10_000);
		assertProblem(this.gateway.post("/partitions/abc/records", "{\"records\":[" + many + "{}]}"), 400,
				"INVALID_REQUEST", "fix-request");
		Answer tooMany = this.gateway.post("/partitions/abc/records", "{\"records\":[" + many + "{\"value\":1}]}");
		assertProblem(tooMany, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
		assertThat(tooMany.json().get("maxRecords").intValue()).isEqualTo(10_000);
		assertProblem(
				this.gateway.post("/partitions/abc/records",
						"{\"producerId\":999999999,\"baseSequence\":0," + "\"records\":[{\"value\":1}]}"),
				404, "UNKNOWN_PARTITION", "fix-request");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{\"records\":[]}|records", "{}|records",
			"{\"baseSequence\":-1,\"records\":[]}|baseSequence records producerId",
			"{\"records\":[{}]}|records[0].value",
			"{\"records\":[{\"value\":1},{\"value\":1,\"key\":7}]}|records[1].key",
			"{\"producerId\":1,\"records\":[{\"value\":1}]}|baseSequence",
			"{\"baseSequence\":1,\"records\":[{\"value\":1}]}|producerId",
			"{\"producerId\":\"1\",\"baseSequence\":0,\"records\":[{\"value\":1}]}|producerId",
			"{\"producerId\":1,\"baseSequence\":0.0,\"records\":[{\"value\":1}]}|baseSequence",
			"{\"producerId\":1,\"baseSequence\":-1,\"records\":[{\"value\":1}]}|baseSequence",
			"{\"producerId\":1,\"baseSequence\":9007199254740992,\"records\":[{\"value\":1}]}|baseSequence",
			"{\"producerId\":1,\"baseSequence\":9007199254740991,\"records\":[{\"value\":1},{\"value\":1}]}|baseSequence",
			"{\"records\":[{\"value\":1,\"extra\":1}]}|records[0].extra",
			"{\"records\":[{\"value\":{\"a\":1,\"\\u0061\":2}}]}|records[0].value.a",
			"{\"records\":[{\"value\":\"\\udc00\"}]}|records[0].value",
			"{\"records\":[{\"value\":1,\"valueBase64\":\"AA==\"}]}|records[0].valueBase64",
			"{\"records\":[{\"valueBase64\":\"!\"}]}|records[0].valueBase64",
			"{\"records\":[{\"value\":1,\"headers\":{\"a\":1}}]}|records[0].headers.a",
			"{\"records\":[{\"value\":1,\"timestamp\":\"yesterday\"}]}|records[0].timestamp" })
	void namesTheFieldThatIsWrong(String body, String field) {
		Answer answer = this.gateway.post(RECORDS, body);
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
			.containsExactly(field.split(" "));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "{", "{}{}", "{\"records\":[{\"value\":01}]}", "{'records':[]}",
			"{\"records\":[{\"value\":NaN}]}" })
	void refusesWhatIsNoJsonObject(String body) {
		Answer answer = this.gateway.post(RECORDS, body);
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors").isArray()).isTrue();
	}

	@Test
	void refusesDeepNesting() {
		String deep = "[".repeat(501) + "]".repeat(501);
		assertProblem(this.gateway.post(RECORDS, "{\"records\":[{\"value\":" + deep + "}]}"), 400, "INVALID_REQUEST",
				"fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/producers?name=%zz", "/producers?name=%ff", "/producers?name=a&name=b",
			"/partitions/0/records?limit=1&x=%", "/actuator/health?x=%zz" })
	void refusesQueriesItWouldHaveToGuess(String target) throws IOException {
		String answer = raw("GET " + target + " HTTP/1.1\r\nHost: localhost");
		assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":\"INVALID_REQUEST\"");
	}

	@ParameterizedTest
	@CsvSource({ "Producer-Epoch, Producer-Id Producer-Seq", "Producer-Seq, Producer-Id", "Record-Key, Record-Key" })
	void neverDropsAHeaderOfTheHeaderForm(String header, String fields) {
		Answer answer = this.gateway.send("POST", RECORDS, bytes("{\"records\":[{\"value\":1}]}"), "Content-Type",
				"application/json", header, "0");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("errors")).extracting((error) -> error.get("field").asString())
			.containsExactly(fields.split(" "));
	}

	@Test
	void refusesEncodedBodies() {
		assertProblem(this.gateway.send("POST", RECORDS, bytes("{\"records\":[{\"value\":1}]}"), "Content-Type",
				"application/json", "Content-Encoding", "gzip"), 415, "UNSUPPORTED_MEDIA_TYPE", "fix-request");
	}

	@ParameterizedTest
	@CsvSource({ "/actuator/metrics/nope,application/json,404,NOT_FOUND",
			"/actuator/health/nope,application/json,404,NOT_FOUND",
			"/actuator/health/nope/db,application/json,404,NOT_FOUND",
			"/actuator/health/readiness/nope/x,application/json,404,NOT_FOUND", "/,image/png,406,NOT_ACCEPTABLE" })
	void answersBareStatusesWithAProblem(String path, String accept, int status, String code) {
		assertProblem(this.gateway.send("GET", path, null, "Accept", accept), status, code, "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "none", "", "-1", "00", "0&acks=0", "ALL", "all&acks=all", "all&%61cks=1" })
	void refusesOtherAcks(String acks) {
		Answer answer = this.gateway.post(RECORDS + "?acks=" + acks, "{\"records\":[{\"value\":1}]}");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("acks");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/nope", "/producers/1/x", "/actuator/env", "/actuator/beans", "/problems/nope", "/error" })
	void answersUnknownPathsWithAProblem(String path) {
		assertProblem(this.gateway.get(path), 404, "NOT_FOUND", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /partitions/{0} HTTP/1.1\r\nHost: localhost",
			"GET /a%2Fb HTTP/1.1\r\nHost: localhost", "GET / HTTP/1.1", "GET / HTTP/9.9\r\nHost: localhost", "GARBAGE",
			"POST /producers HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
			"POST /producers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: odd",
			"POST /producers HTTP/1.1\r\nHost: localhost\r\nExpect: magic\r\nContent-Length: 2" })
	void answersWhatTheContainerRefusesWithAProblem(String head) throws IOException {
		assertThat(raw(head)).startsWith("HTTP/1.1 400")
			.contains("application/problem+json", "\"code\":\"INVALID_REQUEST\"", "\"retry\":\"fix-request\"");
	}

	private String raw(String head) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(bytes(head + "\r\nConnection: close\r\n\r\n"));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@Test
	void servesThePageThatAProblemPointsTo() {
		Answer page = this.gateway.get(this.gateway.get("/producers/0").json().get("type").asString());
		assertThat(page.status()).isEqualTo(200);
		assertThat(page.header("Content-Type")).startsWith("text/html");
		assertThat(page.text()).contains("UNKNOWN_PRODUCER_ID", "What to do next");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nope", "/producers/1/x", "/console/nope", "/a<b>" })
	void givesAPageToAPersonWhoFollowsAWrongLink(String path) {
		Answer page = this.gateway.send("GET", path.replace("<", "%3C").replace(">", "%3E"), null, "Accept",
				"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
		assertThat(page.status()).isEqualTo(404);
		assertThat(page.header("Content-Type")).startsWith("text/html");
		assertThat(page.header("Vary")).contains("Accept");
		assertThat(page.text()).contains("There is nothing under", "NOT_FOUND", "href=\"/\"", "href=\"/console/\"")
			.doesNotContain("<b>");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/html", "application/json", "application/json, text/html",
			"text/html, image/gif, image/jpeg, */*; q=0.2", "text/html;q=0.1, application/problem+json",
			"text/html;q=0.1, application/xhtml+xml;q=0.1, application/problem+json" })
	void givesAProblemToAProgramThatTakesHtmlToo(String accept) {
		assertProblem(this.gateway.send("GET", "/nope", null, "Accept", accept), 404, "NOT_FOUND", "fix-request");
	}

	@Test
	void believesABrowserThatSaysWhetherItNavigates() {
		Answer page = this.gateway.send("GET", "/nope", null, "Accept", "*/*", "Sec-Fetch-Mode", "navigate");
		assertThat(page.header("Content-Type")).startsWith("text/html");
		assertThat(page.header("Vary")).contains("Sec-Fetch-Mode");
		assertProblem(this.gateway.send("GET", "/nope", null, "Accept", "text/html,application/xhtml+xml",
				"Sec-Fetch-Mode", "cors"), 404, "NOT_FOUND", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json;q=0", "*/*;q=0", "application/json; q=0.0, text/html;q=0" })
	void doesNotAnswerWithWhatIsNotAcceptable(String accept) {
		assertProblem(this.gateway.send("GET", "/partitions", null, "Accept", accept), 406, "NOT_ACCEPTABLE",
				"fix-request");
		assertProblem(this.gateway.send("POST", RECORDS, bytes("{\"records\": [{\"value\": 1}]}"), "Accept", accept,
				"Content-Type", "application/json"), 406, "NOT_ACCEPTABLE", "fix-request");
		assertProblem(this.gateway.send("GET", RECORDS, null, "Accept", accept), 406, "NOT_ACCEPTABLE", "fix-request");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json;version=2", "application/json;charset=utf-8;q=0.5, text/html;q=0" })
	void namesItsTypeItself(String accept) {
		assertThat(this.gateway.send("GET", "/partitions", null, "Accept", accept).header("Content-Type"))
			.isEqualTo("application/json");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
