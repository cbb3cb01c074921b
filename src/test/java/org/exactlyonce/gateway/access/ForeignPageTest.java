package org.exactlyonce.gateway.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages of other origins that are not admitted: they cannot write, whatever they send.
 */
@OnH2
class ForeignPageTest {

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	private String stored() {
		return this.gateway.get("/partitions").text() + this.gateway.get("/producers?limit=1000").text();
	}

	private List<Answer> write(String... headers) {
		String body = "{\"records\":[{\"value\":\"page\"}]}";
		return List.of(send("POST", "/partitions/0/records", "text/plain;charset=UTF-8", "x", headers),
				send("POST", "/partitions/0/records", "application/json", body, headers),
				send("POST", "/partitions/0/records?acks=0", "text/plain", "x", headers),
				send("POST", "/partitions/0/records", "application/octet-stream", "beacon", headers),
				send("POST", "/producers", "application/json", "{}", headers),
				send("POST", "/producers", null, null, headers),
				send("POST", "/producers/" + this.producer + "/epoch", "application/json", "{}", headers),
				send("POST", "/producers/" + this.producer + "/epoch", null, null, headers),
				send("PUT", "/partitions", "text/plain", "x", headers),
				send("DELETE", "/producers/" + this.producer, null, null, headers),
				send("POST", "/actuator/health", "application/json", "{}", headers),
				send("POST", "/nope", "text/plain", "x", headers));
	}

	private Answer send(String method, String path, String type, String body, String... headers) {
		List<String> all = new java.util.ArrayList<>(List.of(headers));
		if (type != null) {
			all.addAll(List.of("Content-Type", type));
		}
		return this.gateway.send(method, path, (body != null) ? body.getBytes(StandardCharsets.UTF_8) : null,
				all.toArray(String[]::new));
	}

	private void assertCannotWrite(String... headers) {
		String before = stored();
		assertThat(write(headers)).allSatisfy((answer) -> {
			assertThat(answer.status()).isEqualTo(403);
			assertThat(answer.code()).isEqualTo("FORBIDDEN_ORIGIN");
			assertThat(answer.json().get("retry").asString()).isEqualTo("stop");
			assertThat(answer.json().get("detail").asString()).contains("gateway.cors.allowed-origins",
					"http://localhost:" + this.port);
			assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
			assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
		});
		assertThat(stored()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://elsewhere.example", "http://localhost", "http://localhost:1",
			"http://localhost.evil.example", "https://localhost:%d", "http://127.0.0.1:%d", "null",
			"chrome-extension://a", "file://", "nonsense", "http://[", "http://localhost:%d.evil.example" })
	void cannotWriteWithAnotherOrigin(String origin) {
		assertCannotWrite("Origin", origin.formatted(this.port));
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site" })
	void cannotWriteFromAnotherSite(String site) {
		assertCannotWrite("Sec-Fetch-Site", site);
		assertCannotWrite("Sec-Fetch-Site", site, "Origin", "http://localhost:" + this.port);
	}

	@Test
	void gatewaysOwnPagesWrite() {
		String own = "http://localhost:" + this.port;
		assertThat(write("Origin", own, "Sec-Fetch-Site", "same-origin")).noneMatch((answer) -> answer.status() == 403);
		assertThat(send("POST", "/partitions/1/records", "text/plain", "x", "Origin", own).status()).isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1", "[::1]", "app.localhost" })
	void gatewaysOwnOriginIsItsHost(String host) throws IOException {
		String authority = host + ":" + this.port;
		assertThat(RawRequest.send(this.port, "POST /producers HTTP/1.1\r\nHost: " + authority + "\r\nOrigin: http://"
				+ authority + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
			.startsWith("HTTP/1.1 201");
	}

	@Test
	void programsThatAreNoBrowsersWrite() {
		assertThat(write()).noneMatch((answer) -> answer.status() == 403);
		assertThat(write("Sec-Fetch-Site", "none")).noneMatch((answer) -> answer.status() == 403);
	}

	@Test
	void foreignPageGetsAnAnswerItCannotRead() {
		Answer answer = this.gateway.send("GET", "/partitions", null, "Origin", "https://elsewhere.example",
				"Sec-Fetch-Site", "cross-site");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
		Answer preflight = this.gateway.send("OPTIONS", "/partitions/0/records", null, "Origin",
				"https://elsewhere.example", "Access-Control-Request-Method", "POST");
		assertThat(preflight.response().headers().map().keySet())
			.noneMatch((name) -> name.toLowerCase().startsWith("access-control"));
	}

	@Test
	void uploadOfAForeignPageIsLeftUnread() throws IOException {
		assertThat(RawRequest.upload(this.port,
				"POST /partitions/0/records HTTP/1.1\r\nHost: localhost\r\n"
						+ "Content-Type: text/plain\r\nOrigin: https://elsewhere.example",
				100 << 20))
			.isLessThan(20 << 20);
	}

	@Test
	void isNotAskedForTheBodyItAnnounces() throws IOException {
		assertThat(RawRequest.send(this.port,
				"POST /partitions/0/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
						+ "Origin: https://elsewhere.example\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n"))
			.startsWith("HTTP/1.1 403");
	}

}
