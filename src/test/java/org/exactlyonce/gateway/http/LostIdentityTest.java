package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * Requests whose identity or body was lost on the way are refused, and what only looks
 * like them is kept.
 */
@OnH2
class LostIdentityTest {

	private static final String RECORDS = "/partitions/5/records";

	private static final String DOCUMENT = "{\"producerId\":%d,\"baseSequence\":0,\"records\":[{\"value\":\"é\"}]}";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	private long end;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
		this.end = logEnd();
	}

	private long logEnd() {
		return this.gateway.get("/partitions/5").json().get("logEndOffset").longValue();
	}

	private Answer post(String query, String type, String body, String... more) {
		return post(query, type, body.getBytes(StandardCharsets.UTF_8), more);
	}

	private Answer post(String query, String type, byte[] body, String... more) {
		String[] headers = new String[more.length + 2];
		headers[0] = "Content-Type";
		headers[1] = type;
		System.arraycopy(more, 0, headers, 2, more.length);
		return this.gateway.send("POST", RECORDS + query, body, headers);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain;charset=UTF-8", "text/json", "application/octet-stream",
			"application/cloudevents+json", "application/vnd.kafka.json.v2+json" })
	void refusesADocumentUnderAnotherType(String type) {
		String document = DOCUMENT.formatted(this.producer);
		for (String body : new String[] { document, "\uFEFF" + document, " \r\n\t" + document + "\n",
				"{\"records\":[],\"producerId\":1}", "{\"baseSequence\":7,\"records\":[{}]}" }) {
			for (String query : new String[] { "", "?acks=0" }) {
				Answer answer = post(query, type, body);
				assertProblem(answer, 415, "UNSUPPORTED_MEDIA_TYPE", "fix-request");
				assertThat(answer.json().get("detail").asString()).contains(type, "application/json");
				assertThat(answer.header("Accept")).isEqualTo("application/json");
			}
		}
		assertThat(post("", type, document.getBytes(Charset.forName("windows-1252"))).status()).isEqualTo(415);
		assertThat(logEnd()).isEqualTo(this.end);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"producerId\":1,\"records\":[]", "{\"producerId\":1}", "{\"records\":[]}",
			"[{\"producerId\":1,\"records\":[]}]", "{\"a\":{\"producerId\":1,\"records\":[]}}",
			"{\"producerId\":1,\"records\":[]} and more", "{\"a\":\"\\\"producerId\\\":1\",\"records\":[]}", "{", "{}",
			"producerId, records, baseSequence" })
	void keepsWhatIsNoDocument(String body) {
		assertThat(post("", "text/plain", body).status()).isEqualTo(201);
	}

	@Test
	void keepsADocumentAsAValueIfTheClientSaysSo() {
		String document = DOCUMENT.formatted(this.producer);
		String id = "" + this.producer;
		assertThat(post("", "text/plain", document, "Producer-Id", id, "Producer-Seq", "0").status()).isEqualTo(201);
		assertThat(post("", "application/json", document, "Producer-Id", id, "Producer-Seq", "1").status())
			.isEqualTo(201);
		assertProblem(post("", "application/vnd.kafka.json.v2+json", "{}", "Producer-Id", id, "Producer-Seq", "2"), 415,
				"UNSUPPORTED_MEDIA_TYPE", "fix-request");
	}

	@Test
	void refusesDocumentsAsLines() {
		Answer answer = post("", "application/x-ndjson", DOCUMENT.formatted(this.producer));
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.text()).contains("line 1.producerId");
	}

	@ParameterizedTest
	@CsvSource({ "1.1,application/json", "1.1,text/plain", "1.1,application/x-ndjson", "1.0,text/plain" })
	void refusesAnAppendWithoutALength(String version, String type) throws IOException {
		String head = "POST " + RECORDS + " HTTP/" + version
				+ "\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type + "\r\nProducer-Id: "
				+ this.producer + "\r\nProducer-Seq: 0\r\n";
		assertThat(raw(head + "\r\n")).startsWith("HTTP/1.1 411")
			.contains("\"code\":\"LENGTH_REQUIRED\"", "\"retry\":\"fix-request\"");
		assertThat(logEnd()).isEqualTo(this.end);
		assertThat(post("", type, "{\"value\":1}", "Producer-Id", "" + this.producer, "Producer-Seq", "0").status())
			.isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" })
	void keepsABodyThatIsSaidToBeEmpty(String rest) throws IOException {
		String head = "POST " + RECORDS
				+ " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\n";
		assertThat(raw(head + rest)).startsWith("HTTP/1.1 201");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Content-Type: text/plain\r\n", "Content-Length: 0\r\n" })
	void registersWithoutABody(String headers) throws IOException {
		for (String version : new String[] { "1.0", "1.1" }) {
			assertThat(raw("POST /producers HTTP/" + version + "\r\nHost: localhost\r\nConnection: close\r\n" + headers
					+ "\r\n"))
				.startsWith("HTTP/1.1 201");
		}
	}

	@Test
	void registersWithChunksThatAreNone() throws IOException {
		assertThat(raw("POST /producers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
				+ "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
			.startsWith("HTTP/1.1 201");
	}

	private String raw(String request) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
