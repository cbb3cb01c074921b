package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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

/**
 * Clients that are odd but right are served as all others.
 */
@OnH2
class ClientsOfAllKindsTest {

	private static final String RECORDS = "/partitions/2/records";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	@Test
	void storesOneOfManyEqualRequestsAtOnce() {
		ExecutorService clients = Executors.newFixedThreadPool(24);
		try {
			List<CompletableFuture<Answer>> sent = new ArrayList<>();
			for (int i = 0; i < 24; i++) {
				sent.add(CompletableFuture.supplyAsync(() -> this.gateway.append(2, this.producer, 0, "1"), clients));
			}
			List<Answer> answers = sent.stream().map(CompletableFuture::join).toList();
			assertThat(answers).filteredOn((answer) -> answer.status() == 201).hasSize(1);
			assertThat(answers).filteredOn((answer) -> answer.status() == 200).hasSize(23);
			assertThat(answers).extracting((answer) -> answer.json().get("baseOffset").longValue())
				.containsOnly(answers.get(0).json().get("baseOffset").longValue());
		}
		finally {
			clients.shutdownNow();
		}
	}

	/** Without a format, which would write the digits of the locale. */
	private Answer append(long sequence) {
		return this.gateway.post(RECORDS, "{\"producerId\":" + this.producer + ",\"baseSequence\":" + sequence
				+ ",\"records\":[{\"value\":12}]}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai" })
	void answersTheSameInAnyLocale(String language) {
		Locale before = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag(language));
		try {
			Answer appended = append(0);
			assertThat(appended.status()).isEqualTo(201);
			assertThat(appended.json().get("appendedAt").asString()).startsWith("20");
			Answer refused = append(7);
			assertThat(refused.json().get("detail").asString()).contains("sequences 7 to 7", "the next expected is 1.");
			assertThat(refused.json().get("type").asString()).isEqualTo("/problems/out-of-order-sequence-number");
			assertThat(this.gateway.get("/problems/invalid-request").text()).contains("HTTP status 400");
		}
		finally {
			Locale.setDefault(before);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "HTTP/1.0|Content-Length: 4|null|HTTP/1.1 201",
			"HTTP/1.1|Expect: 100-continue,Content-Length: 4|null|HTTP/1.1 100",
			"HTTP/1.1|Transfer-Encoding: chunked|4,null,0,X-Sum: 1,|HTTP/1.1 201",
			"HTTP/1.1|Upgrade: h2c,HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA,Content-Length: 4|null|HTTP/1.1 201" })
	void takesEveryWayToSendABody(String version, String headers, String body, String answer) throws IOException {
		String connection = headers.contains("h2c") ? "close, Upgrade, HTTP2-Settings" : "close";
		String request = "POST " + RECORDS + " " + version + "\r\nHost: localhost\r\nConnection: " + connection
				+ "\r\nContent-Type: application/json\r\nProducer-Id: " + this.producer + "\r\nProducer-Seq: 0\r\n"
				+ headers.replace(",", "\r\n") + "\r\n\r\n" + body.replace(",", "\r\n")
				+ (headers.contains("chunked") ? "\r\n" : "");
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(all).startsWith(answer).contains("HTTP/1.1 201").contains("\"duplicate\":false");
		}
		Answer state = this.gateway.get("/producers/" + this.producer);
		assertThat(state.json().at("/partitions/0/nextSequence").intValue()).isEqualTo(1);
	}

	@Test
	void refusesAByteOrderMarkBeforeJson() {
		Answer answer = this.gateway.post(RECORDS, "\uFEFF{\"records\":[{\"value\":1}]}");
		assertThat(answer.status()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/partitions", "/partitions/2", RECORDS, RECORDS + "?offset=99999", "/producers",
			"/producers/999999", "/producers?limit=0", "/nope", "/actuator/health", "/actuator/prometheus",
			"/actuator/metrics/nope", "/a%2Fb" })
	void keepsCachesFromStoringWhatChanges(String path) {
		Answer answer = this.gateway.get(path);
		assertThat(answer.response().headers().allValues("Cache-Control")).as(answer.text())
			.containsExactly("no-store");
	}

}
