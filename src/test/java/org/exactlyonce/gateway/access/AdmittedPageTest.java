package org.exactlyonce.gateway.access;

import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.OnH2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Pages of other origins that are admitted: they append, and follow a stream.
 */
@OnH2
@TestPropertySource(properties = "gateway.cors.allowed-origins=http://localhost:3000,https://APP.example.org:443")
class AdmittedPageTest {

	private static final String RECORDS = "/partitions/5/records";

	private static final String PAGE = "https://app.example.org";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
	}

	private Answer append(String origin) {
		return this.gateway.send("POST", RECORDS, "x".getBytes(StandardCharsets.UTF_8), "Content-Type", "text/plain",
				"Origin", origin, "Sec-Fetch-Site", "cross-site");
	}

	private Answer preflight(String path, String origin, String method) {
		return this.gateway.send("OPTIONS", path, null, "Origin", origin, "Access-Control-Request-Method", method,
				"Access-Control-Request-Headers", "content-type,producer-id,producer-seq,prefer,last-event-id",
				"Access-Control-Request-Private-Network", "true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:3000", PAGE })
	void appendsAndReadsTheAnswerWithItsHeaders(String origin) {
		Answer answer = append(origin);
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
		assertThat(answer.header("Access-Control-Expose-Headers")).isEqualTo("*");
		assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
		assertThat(answer.response().headers().allValues("Vary")).contains("Origin");
	}

	@ParameterizedTest
	@ValueSource(strings = { RECORDS, "/producers", "/producers/1/epoch", "/partitions", "/nope", "/actuator/health" })
	void preflightIsAnsweredTheSameForEveryPath(String path) {
		Answer answer = preflight(path, PAGE, "POST");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
		assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("POST");
		assertThat(answer.header("Access-Control-Allow-Headers"))
			.isEqualTo("content-type, producer-id, producer-seq, prefer, last-event-id");
		assertThat(answer.header("Access-Control-Allow-Private-Network")).isEqualTo("true");
		assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("1800");
		assertThat(answer.header("Allow")).isNull();
	}

	@Test
	void readsProblemsToo() {
		Answer answer = this.gateway.send("POST", "/partitions/99/records", "x".getBytes(StandardCharsets.UTF_8),
				"Content-Type", "text/plain", "Origin", PAGE);
		assertThat(answer.code()).isEqualTo("UNKNOWN_PARTITION");
		assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
		assertThat(this.gateway.send("GET", "/nope", null, "Origin", PAGE).header("Access-Control-Allow-Origin"))
			.isEqualTo(PAGE);
	}

	@Test
	void followsAStreamFromWhereItWas() {
		append(PAGE);
		append(PAGE);
		try (EventReader stream = EventReader.open(this.port, RECORDS, "Origin: " + PAGE, "Last-Event-ID: 0")) {
			assertThat(stream.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
			await().until(() -> stream.ids().contains(1L));
			assertThat(stream.ids()).doesNotContain(0L);
		}
	}

	@Test
	void cachesKeepAnswersOfOriginsApart() {
		append(PAGE);
		Answer record = this.gateway.get(RECORDS + "/0");
		assertThat(record.header("Cache-Control")).contains("immutable");
		assertThat(record.response().headers().allValues("Vary")).contains("Origin");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://app.example.org:444", "http://app.example.org", "https://evil.app.example.org",
			"https://app.example.org.evil.example", "null", "http://localhost:3001" })
	void othersStayForeign(String origin) {
		Answer answer = append(origin);
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.code()).isEqualTo("FORBIDDEN_ORIGIN");
		assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
		assertThat(preflight(RECORDS, origin, "POST").header("Access-Control-Allow-Origin")).isNull();
		Answer read = this.gateway.send("GET", RECORDS, null, "Origin", origin);
		assertThat(read.status()).isEqualTo(200);
		assertThat(read.header("Access-Control-Allow-Origin")).isNull();
	}

	@Test
	void seesWhyItMayNotFollow() throws Exception {
		try (GatewayInProcess full = GatewayInProcess.onH2("--gateway.cors.allowed-origins=" + PAGE,
				"--gateway.live.max-readers=1");
				EventReader first = EventReader.open(full.port(), RECORDS, "Origin: " + PAGE)) {
			assertThat(first.status()).isEqualTo(200);
			Answer refused = full.client().send("GET", RECORDS, null, "Origin", PAGE, "Accept", "text/event-stream");
			assertThat(refused.status()).isEqualTo(429);
			assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
			assertThat(refused.header("Retry-After")).isNotNull();
			assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
		}
	}

}
