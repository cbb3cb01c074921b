package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What proxies and odd clients send: taken, or refused with the rule and its numbers.
 */
@OnH2
@ExtendWith(OutputCaptureExtension.class)
class HttpEdgesTest {

	@LocalServerPort
	private int port;

	@Autowired
	private ServletWebServerApplicationContext server;

	private String raw(String head) throws IOException {
		return send(head + "\r\nConnection: close\r\n\r\n");
	}

	private String send(String request) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "GET / HTTP/1.1¶Host: a b|The Host header is \\\"a b\\\"",
					"GET / HTTP/1.1¶Host: a_b!|\\\"a_b!\\\"", "GET / HTTP/1.1¶Host: a:x|proxy_set_header Host $host",
					"GET / HTTP/1.1¶Host: a_b:99999999999|port", "GET / HTTP/1.1¶Host: a¶Host: b|\\\"a, b\\\"",
					"GET / HTTP/1.1|The Host header is missing", "GET /{0} HTTP/1.1¶Host: x|percent-encoded",
					"GET /?{ HTTP/1.1¶Host: x|percent-encoded",
					"GET http://b/ HTTP/1.1¶Host: a|the host that Host names", "GET /a%2Fb HTTP/1.1¶Host: x|%2F",
					"GET / HTTP/9.9¶Host: x|\\\"HTTP/9.9\\\"", "GET / HTTX¶Host: x|HTTP/1.1 or HTTP/1.0",
					"G{T / HTTP/1.1¶Host: x|The method", "GET / HTTP/1.1¶Host: x¶a b: c|A header is malformed",
					"GET / HTTP/1.1¶Host: x¶Expect: magic|\\\"magic\\\"",
					"POST /producers HTTP/1.1¶Host: x¶Content-Length: -1|Content-Length is \\\"-1\\\"",
					"POST /producers HTTP/1.1¶Host: x¶Content-Length: 1¶Content-Length: 2|\\\"1, 2\\\"",
					"POST /producers HTTP/1.1¶Host: x¶Transfer-Encoding: odd|Transfer-Encoding is \\\"odd\\\"" })
	void namesTheRuleThatARequestBreaks(String head, String detail) throws IOException {
		assertRefused(raw(head.replace("¶", "\r\n")), detail);
	}

	private static void assertRefused(String answer, String detail) {
		assertThat(answer).startsWith("HTTP/1.1 400")
			.contains("application/problem+json", "\"code\":\"INVALID_REQUEST\"", "\"retry\":\"fix-request\"", detail)
			.doesNotContain("Nothing was stored.");
	}

	@Test
	void namesTheLimitsOfHeaders() throws IOException {
		String head = "GET / HTTP/1.1\r\nHost: x";
		assertRefused(raw(head + "\r\nA: b".repeat(100)), "more than 100 headers");
		assertRefused(raw(head + "\r\nA: " + "b".repeat(9000)), "more than 8192 bytes");
		assertRefused(raw("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: x"), "more than 8192 bytes");
	}

	@Test
	void namesBrokenChunks() throws IOException {
		String answer = send("POST /partitions/3/records HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
				+ "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
		assertRefused(answer, "chunked encoding");
	}

	@Test
	void keepsAnIdleConnectionLongerThanProxiesDo() throws IOException {
		AbstractHttp11Protocol<?> http = (AbstractHttp11Protocol<?>) ((TomcatWebServer) this.server.getWebServer())
			.getTomcat()
			.getConnector()
			.getProtocolHandler();
		assertThat(http.getKeepAliveTimeout()).isEqualTo(75_000);
		assertThat(http.getConnectionTimeout()).isEqualTo(10_000);
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream()
				.write("GET /partitions/0 HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			byte[] head = new byte[4096];
			int length = socket.getInputStream().read(head);
			assertThat(new String(head, 0, length, StandardCharsets.US_ASCII)).contains("HTTP/1.1 200",
					"Keep-Alive: timeout=75");
		}
	}

	@Test
	void logsARefusalOnce(CapturedOutput output) throws IOException {
		for (int i = 0; i < 3; i++) {
			assertRefused(raw("CONNECT x:1 HTTP/1.1\r\nHost: x~" + i), "x~" + i);
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("was refused with 400: The Host header")))
			.hasSizeLessThanOrEqualTo(1);
	}

}
