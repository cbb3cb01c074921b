package org.exactlyonce.gateway.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.support.Certificates;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.Http2;
import org.exactlyonce.gateway.support.Http2Wire;
import org.exactlyonce.gateway.support.OnHttp2;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * What is otherwise in HTTP/2: no header Connection, bodies without a length, and many
 * requests on one connection.
 */
@OnHttp2
class Http2Test {

	private static final String BYTES = "application/octet-stream";

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("https://localhost:" + this.port + path))
			.timeout(Duration.ofSeconds(20));
	}

	private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
		return client().send(request, BodyHandlers.ofString());
	}

	private static HttpClient client() {
		return Http2.client(Certificates.shared().client(null));
	}

	@Test
	void isWhatClientsOverTlsGet() {
		Answer answer = this.gateway.get("/partitions");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
	}

	@Test
	void isNotOfferedWithoutTls() {
		try (GatewayInProcess plain = GatewayInProcess.onH2()) {
			URI uri = plain.client().get("/partitions").response().uri();
			HttpResponse<String> answer = HttpClient.newBuilder()
				.version(HttpClient.Version.HTTP_2)
				.build()
				.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
				.join();
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
		}
	}

	@Test
	void refusesAStrangerWithAnAnswerThatClientsTake() throws Exception {
		HttpResponse<String> answer = send(request("/partitions").header("X-Forwarded-For", "10.0.0.1").build());
		assertThat(answer.statusCode()).isEqualTo(403);
		assertThat(answer.body()).contains("\"FORBIDDEN\"");
		assertThat(answer.headers().firstValue("Connection")).isEmpty();
	}

	/** A client that gets no length in advance, as HTTP/2 has it. */
	@ParameterizedTest
	@CsvSource({ "/producers,text/plain,415", "/producers,application/json,201",
			"/partitions/0/records,application/octet-stream,201" })
	void takesABodyWithoutALength(String path, String type, int status) throws Exception {
		byte[] body = "{\"name\":\"%s\"}".formatted(System.nanoTime()).getBytes(StandardCharsets.UTF_8);
		HttpRequest.BodyPublisher unknown = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
		HttpResponse<String> answer = send(request(path).header("Content-Type", type).POST(unknown).build());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
	}

	@Test
	void answersARefusedUploadInItsMiddle() {
		String line = "{\"value\":\"" + "x".repeat(1 << 20) + "\"}\n";
		Answer answer = this.gateway.send("POST", "/partitions/0/records",
				line.repeat(9).getBytes(StandardCharsets.UTF_8), "Content-Type", "application/x-ndjson");
		assertProblem(answer, 413, "RECORD_BATCH_TOO_LARGE", "fix-request");
		assertThat(this.gateway.get("/partitions").status()).isEqualTo(200);
	}

	@Test
	void takesLinesThatComeOneByOne() throws Exception {
		SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
		CompletableFuture<HttpResponse<String>> answer = client().sendAsync(upload(body, "application/x-ndjson"),
				BodyHandlers.ofString());
		await().until(() -> body.getNumberOfSubscribers() == 1);
		for (int i = 0; i < 100; i++) {
			body.submit(ByteBuffer.wrap("{\"value\":1}\n".getBytes(StandardCharsets.UTF_8)));
		}
		body.close();
		assertThat(answer.join().statusCode()).as(answer.join().body()).isEqualTo(201);
	}

	/** Clients send as much as HTTP/2 permits before they have read what we permit. */
	@Test
	void takesWhatClientsSendBeforeTheyReadTheSettings() throws Exception {
		try (Http2Wire connection = new Http2Wire(this.port, 65_535)) {
			int stream = connection.begin("POST", "/partitions/0/records", BYTES);
			for (int i = 0; i < 3; i++) {
				connection.send(stream, new byte[16_384], false);
			}
			connection.send(stream, new byte[16_383], true);
			assertThat(connection.body(stream)).contains("\"baseOffset\"");
		}
	}

	@Test
	void takesALargeUploadAtOnce() {
		long began = System.nanoTime();
		Answer answer = this.gateway.send("POST", "/partitions/0/records", new byte[8_000_000], "Content-Type", BYTES);
		assertThat(answer.status()).isEqualTo(201);
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
	}

	@Test
	void namesTheRuleThatAPathBreaks() {
		Answer answer = this.gateway.get("/partitions%2F0");
		assertProblem(answer, 400, "INVALID_REQUEST", "fix-request");
		assertThat(answer.json().get("detail").asString()).contains("The path cannot be decoded");
	}

	/** Two connections, the one that is waited for, and four requests beside others. */
	@Test
	void holdsNoMoreRequestsThanThereMayBeConnections() throws Exception {
		try (GatewayInProcess narrow = narrow(7); Http2Wire uploads = new Http2Wire(narrow.port(), 65_535)) {
			this.port = narrow.port();
			HttpClient client = client();
			HttpRequest small = request("/partitions").build();
			awaitStatus(client, small, 200);
			List<Integer> streams = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				streams.add(beginUpload(narrow, uploads));
			}
			assertThat(client.send(small, BodyHandlers.ofString()).statusCode()).as("alone").isEqualTo(200);
			SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
			double before = buffered(narrow);
			CompletableFuture<HttpResponse<String>> first = client.sendAsync(upload(body, BYTES),
					BodyHandlers.ofString());
			body.submit(ByteBuffer.allocate(1));
			await().until(() -> buffered(narrow) > before);
			HttpResponse<String> refused = awaitStatus(client, small, 429);
			assertThat(refused.body()).contains("\"OVERLOADED\"", "HTTP/2");
			assertThat(refused.headers().firstValue("Retry-After")).isPresent();
			body.close();
			assertThat(first.join().statusCode()).isEqualTo(201);
			for (int stream : streams) {
				uploads.send(stream, new byte[1], true);
				assertThat(uploads.body(stream)).contains("\"baseOffset\"");
			}
			awaitStatus(client, small, 200);
		}
	}

	/** Whether the others, all that there may be, have a request in progress or none. */
	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void refusesNoRequestThatIsAloneOnItsConnection(boolean busy) throws Exception {
		try (GatewayInProcess narrow = narrow(7)) {
			this.port = narrow.port();
			HttpClient client = client();
			HttpRequest small = request("/partitions").build();
			awaitStatus(client, small, 200);
			List<Http2Wire> others = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				others.add(new Http2Wire(narrow.port(), 65_535));
				if (busy) {
					beginUpload(narrow, others.get(i));
				}
			}
			assertThat(client.send(small, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
			for (Http2Wire other : others) {
				other.close();
			}
		}
	}

	/**
	 * Those who are told why they are refused may be slow to take it, and are few: of
	 * twenty one is alone, two find room, sixteen are told.
	 */
	@Test
	void countsARequestUntilItsAnswerIsTaken() throws Exception {
		try (GatewayInProcess narrow = narrow(4); Http2Wire slow = new Http2Wire(narrow.port(), 0)) {
			for (int i = 0; i < 1 + 2 + 16 + 1; i++) {
				slow.begin("GET", "/partitions", "*/*");
			}
			assertThat(slow.nextBody()).isEmpty();
		}
	}

	/** Begins one that stays in progress, and waits until it is. */
	private static int beginUpload(GatewayInProcess gateway, Http2Wire connection) throws IOException {
		double before = buffered(gateway);
		int stream = connection.begin("POST", "/partitions/0/records", BYTES);
		connection.send(stream, new byte[1], false);
		await().until(() -> buffered(gateway) > before);
		return stream;
	}

	private static double buffered(GatewayInProcess gateway) {
		return gateway.context().getBean(MeterRegistry.class).get("gateway.requests.buffered").gauge().value();
	}

	private static GatewayInProcess narrow(int connections) {
		List<String> settings = new ArrayList<>(List.of("--server.ssl.bundle=web",
				"--server.tomcat.max-connections=" + connections, "--gateway.request.body-timeout=60s"));
		Certificates.shared()
			.issue("narrow", "dns:localhost")
			.bundle("web")
			.forEach((setting) -> settings.add("--" + setting));
		return GatewayInProcess.onH2(settings.toArray(String[]::new));
	}

	private HttpRequest upload(Flow.Publisher<ByteBuffer> body, String type) {
		return request("/partitions/0/records").header("Content-Type", type)
			.POST(BodyPublishers.fromPublisher(body))
			.build();
	}

	private static HttpResponse<String> awaitStatus(HttpClient client, HttpRequest request, int status) {
		return await().until(() -> client.send(request, BodyHandlers.ofString()),
				(answer) -> answer.statusCode() == status);
	}

}
