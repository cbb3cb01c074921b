package org.exactlyonce.client.internals;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.Transport;
import org.exactlyonce.client.Transport.Response;
import org.exactlyonce.client.support.RawServer;
import org.exactlyonce.client.support.SelfSigned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What the client expects of every transport, on a server that does what no gateway may.
 */
@Timeout(60)
public abstract class TransportContract {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofSeconds(2);

	/** The transport under test. */
	protected abstract Transport transport();

	/**
	 * Opens another one.
	 * @param sslContext whom it trusts
	 * @return the transport
	 */
	protected abstract Transport open(SSLContext sslContext);

	/**
	 * Sends a request.
	 * @param server where to
	 * @param method the method
	 * @param body the body; may be null
	 * @param timeout how long to wait
	 * @return the answer
	 */
	protected final CompletableFuture<Response> send(RawServer server, String method, byte[] body, Duration timeout) {
		return transport()
			.exchange(request("http://127.0.0.1:" + server.port() + "/a%20b/?c=%2Fd", method, body, timeout));
	}

	private CompletableFuture<Response> post(RawServer server, Duration timeout) {
		return send(server, "POST", "records".getBytes(StandardCharsets.UTF_8), timeout);
	}

	private static Transport.Request request(String uri, String method, byte[] body, Duration timeout) {
		return new Transport.Request(method, URI.create(uri), Map.of("Prefer", "wait=5", "Accept", "text/plain"), body,
				timeout);
	}

	/**
	 * Waits for a failure.
	 * @param answer what is to fail
	 * @return why it failed
	 */
	protected static Throwable failure(CompletableFuture<?> answer) {
		return catchThrowableOfType(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS)).getCause();
	}

	/**
	 * Waits until a connection is given back, which may be after its answer was told, and
	 * until the client has seen that a server has closed it.
	 * @throws InterruptedException if it is interrupted
	 */
	protected static void untilItIsGivenBack() throws InterruptedException {
		Thread.sleep(700);
	}

	private static void ok(RawServer.Connection connection, byte[] body) throws IOException {
		connection.write("HTTP/1.1 200 OK", "Content-Length: " + body.length, "", "");
		connection.write(body);
	}

	@Test
	void requestAndAnswerAreWhatTheyAre() throws Exception {
		try (RawServer server = RawServer.start((connection) -> {
			byte[] body = connection.read();
			connection.write("HTTP/1.1 207 Whatever", "X-Twice: first", "x-twice: second", "Empty:",
					"Content-Type: no/such; charset=never", "Content-Encoding: gzip", "Content-Length: 3", "",
					new String(body, 0, 3, StandardCharsets.ISO_8859_1));
			connection.awaitEnd();
		})) {
			Response answer = send(server, "POST", "Äff".getBytes(StandardCharsets.UTF_8), LONG).get();
			assertThat(answer.status()).isEqualTo(207);
			assertThat(answer.headers()).containsEntry("x-twice", "first")
				.containsEntry("empty", "")
				.containsEntry("content-encoding", "gzip");
			assertThat(answer.body()).asString(StandardCharsets.UTF_8).isEqualTo("Äf");
			assertThat(server.requests().get(0)).startsWith("POST /a%20b/?c=%2Fd HTTP/1.1\r\n")
				.containsIgnoringCase("\r\nHost: 127.0.0.1:" + server.port() + "\r\n")
				.contains("\r\nPrefer: wait=5\r\n", "\r\nAccept: text/plain\r\n")
				.containsIgnoringCase("\r\nContent-Length: 4\r\n")
				.doesNotContainIgnoringCase("\r\nUpgrade:")
				.doesNotContainIgnoringCase("\r\nExpect:")
				.doesNotContainIgnoringCase("\r\nAccept-Encoding:");
		}
	}

	@Test
	void requestsWithoutABodyKeepTheirConnection() throws Exception {
		try (RawServer server = RawServer.start((connection) -> {
			while (connection.read() != null) {
				connection.write("HTTP/1.1 204 No Content", "Set-Cookie: a=b", "", "");
			}
		})) {
			for (String method : List.of("POST", "GET", "DELETE", "GET")) {
				Response answer = send(server, method, null, LONG).get();
				assertThat(answer.status()).isEqualTo(204);
				assertThat(answer.body()).isEmpty();
				untilItIsGivenBack();
			}
			assertThat(server.requests()).hasSize(4)
				.noneMatch((head) -> head.contains("Cookie:") || head.contains("Upgrade:"));
			assertThat(server.connections()).isEqualTo(1);
		}
	}

	@Test
	void answerOfAnyStatusIsAnAnswer() throws Exception {
		for (int status : List.of(302, 307, 401, 407, 408, 425, 429, 503)) {
			try (RawServer server = RawServer.start((connection) -> {
				while (connection.read() != null) {
					connection.write("HTTP/1.1 " + status + " No", "Location: /elsewhere", "Retry-After: 0",
							"WWW-Authenticate: Basic realm=\"a\"", "Proxy-Authenticate: Basic realm=\"a\"",
							"Content-Length: 2", "", "no");
				}
			})) {
				assertThat(post(server, LONG).get().status()).isEqualTo(status);
				assertThat(server.requests()).hasSize(1);
			}
		}
	}

	@Test
	void bodiesMayBeLarge() throws Exception {
		byte[] large = new byte[20_000_000];
		new Random(1).nextBytes(large);
		try (RawServer server = RawServer.start((connection) -> {
			for (byte[] body = connection.read(); body != null; body = connection.read()) {
				ok(connection, body);
			}
		})) {
			assertThat(send(server, "POST", large, LONG).get().body()).isEqualTo(large);
		}
	}

	@Test
	void requestsUnderWayHaveAConnectionEach() throws Exception {
		CountDownLatch all = new CountDownLatch(200);
		try (RawServer server = RawServer.start((connection) -> {
			byte[] body = connection.read();
			all.countDown();
			await(all);
			ok(connection, body);
		})) {
			List<CompletableFuture<Response>> answers = Stream.generate(() -> post(server, LONG)).limit(200).toList();
			for (CompletableFuture<Response> answer : answers) {
				assertThat(answer.get().status()).isEqualTo(200);
			}
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void requestIsNotRepeatedWhereItsConnectionIsCut() throws Exception {
		try (RawServer server = RawServer.start((connection) -> {
			ok(connection, connection.read());
			connection.read();
		})) {
			assertThat(post(server, LONG).get().status()).isEqualTo(200);
			untilItIsGivenBack();
			assertThat(failure(post(server, LONG))).isInstanceOf(IOException.class);
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void connectionThatTheServerClosesMeanwhileIsAFailureOrReplaced() throws Exception {
		Random random = new Random(1);
		try (RawServer server = RawServer.start((connection) -> {
			ok(connection, connection.read());
			if (random.nextBoolean()) {
				Thread.yield();
			}
		})) {
			int failed = 0;
			for (int i = 0; i < 200; i++) {
				try {
					post(server, LONG).get(20, TimeUnit.SECONDS);
				}
				catch (ExecutionException ex) {
					assertThat(ex).hasCauseInstanceOf(IOException.class);
					failed++;
				}
			}
			assertThat(server.requests()).hasSizeBetween(200 - failed, 200);
		}
	}

	@Test
	void connectionThatTheServerClosedIsReplaced() throws Exception {
		try (RawServer server = RawServer.start((connection) -> ok(connection, connection.read()))) {
			for (int i = 0; i < 3; i++) {
				assertThat(post(server, LONG).get().status()).isEqualTo(200);
				untilItIsGivenBack();
			}
		}
	}

	@Test
	void answerThatIsCutShortIsNone() throws Exception {
		List<List<String>> answers = List.of(List.of("HTTP/1.1 200 OK", "Content-Length: 10", "", "short"),
				List.of("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "short"),
				List.of("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "short", ""),
				List.of("HTTP/1.1 200 OK", "Content-Le"), List.of("SSH-2.0-none", "", ""), List.of(""));
		for (List<String> lines : answers) {
			try (RawServer server = RawServer.start((connection) -> {
				connection.read();
				connection.write(lines.toArray(String[]::new));
			})) {
				assertThat(failure(post(server, LONG))).as("%s", lines).isInstanceOf(Exception.class);
				assertThat(server.requests()).as("%s", lines).hasSize(1);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "false, false", "false, true", "true, false", "true, true" })
	void timeIsForTheHeadAndTheBody(boolean kept, boolean head) throws Exception {
		CountDownLatch gone = new CountDownLatch(1);
		try (RawServer server = RawServer.start((connection) -> {
			keep(connection, kept);
			connection.read();
			trickle(connection, head, gone);
		})) {
			connect(server, kept);
			long began = System.nanoTime();
			assertThat(failure(post(server, SHORT))).isInstanceOf(TimeoutException.class);
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(SHORT.minusMillis(50),
					SHORT.plusSeconds(20));
			assertThat(gone.await(10, TimeUnit.SECONDS)).as("connection is closed").isTrue();
			assertThat(server.connections()).isEqualTo(1);
		}
	}

	private static void keep(RawServer.Connection connection, boolean kept) throws IOException {
		if (kept) {
			ok(connection, connection.read());
		}
	}

	private void connect(RawServer server, boolean kept) throws Exception {
		if (kept) {
			assertThat(post(server, LONG).get().status()).isEqualTo(200);
			untilItIsGivenBack();
		}
	}

	private static void trickle(RawServer.Connection connection, boolean head, CountDownLatch gone) throws IOException {
		try {
			if (!head) {
				connection.awaitEnd();
				return;
			}
			connection.write("HTTP/1.1 200 OK", "Content-Length: 100000000", "", "");
			while (true) {
				connection.write(".");
				Thread.sleep(20);
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			gone.countDown();
		}
	}

	@ParameterizedTest
	@CsvSource({ "false, false", "false, true", "true, false", "true, true" })
	void toCancelGivesUpTheRequestAndItsConnection(boolean kept, boolean head) throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch gone = new CountDownLatch(1);
		try (RawServer server = RawServer.start((connection) -> {
			keep(connection, kept);
			connection.read();
			asked.countDown();
			trickle(connection, head, gone);
		})) {
			connect(server, kept);
			CompletableFuture<Response> answer = post(server, LONG);
			assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
			Thread.sleep(50);
			answer.cancel(true);
			assertThat(gone.await(10, TimeUnit.SECONDS)).as("connection is closed").isTrue();
			assertThat(server.connections()).isEqualTo(1);
		}
	}

	@Test
	void toCancelAtAnyTimeHarmsNoOther() throws Exception {
		try (RawServer server = RawServer.start((connection) -> {
			for (byte[] body = connection.read(); body != null; body = connection.read()) {
				ok(connection, body);
			}
		})) {
			Random random = new Random(1);
			List<CompletableFuture<Response>> answers = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				answers.add(post(server, LONG));
				CompletableFuture<Response> given = post(server, LONG);
				TimeUnit.MICROSECONDS.sleep(random.nextInt(2000));
				given.cancel(true);
			}
			for (CompletableFuture<Response> answer : answers) {
				assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
			}
		}
	}

	@Test
	void failsWhereNobodyListens() throws Exception {
		int port;
		try (RawServer server = RawServer.start((connection) -> {
		})) {
			port = server.port();
		}
		assertThat(failure(transport().exchange(request("http://127.0.0.1:" + port + "/", "POST", null, LONG))))
			.isInstanceOf(ConnectException.class);
		assertThat(failure(transport().exchange(request("http://no-such-host.invalid/", "POST", null, LONG))))
			.isInstanceOf(IOException.class);
	}

	@Test
	void headersHaveNoControlCharacters() {
		Transport.Request request = new Transport.Request("GET", URI.create("http://127.0.0.1:1/"),
				Map.of("Authorization", "Bearer a\r\nProducer-Id: 1"), null, LONG);
		assertThatIllegalArgumentException().isThrownBy(() -> transport().exchange(request));
	}

	@Test
	void addressMayBeOfIpv6() throws Exception {
		try (RawServer server = RawServer.start(new ServerSocket(0, 10, InetAddress.getByName("::1")),
				(connection) -> ok(connection, connection.read()))) {
			String url = "HTTP://[::1]:" + server.port();
			assertThat(transport().exchange(request(url, "POST", new byte[0], LONG)).get().status()).isEqualTo(200);
			assertThat(server.requests().get(0)).startsWith("POST / HTTP/1.1\r\n")
				.containsIgnoringCase("\r\nHost: [::1]:" + server.port() + "\r\n");
		}
	}

	@Test
	void serverHasToBeTrusted(@TempDir Path folder) throws Exception {
		SSLContext context = SelfSigned.context(folder.resolve("right.p12"), "ip:127.0.0.1");
		SSLContext other = SelfSigned.context(folder.resolve("other.p12"), "ip:127.0.0.9");
		assertThat(overTls(context, open(context)).get().status()).isEqualTo(200);
		for (CompletableFuture<Response> answer : List.of(overTls(context, transport()), overTls(context, open(other)),
				overTls(other, open(other)))) {
			assertThat(failure(answer)).satisfies(
					(failure) -> assertThat(causes(failure)).hasAtLeastOneElementOfType(CertificateException.class));
		}
	}

	private static CompletableFuture<Response> overTls(SSLContext server, Transport transport) throws Exception {
		ServerSocket port = server.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
		RawServer running = RawServer.start(port, (connection) -> ok(connection, connection.read()));
		CompletableFuture<Response> answer = transport
			.exchange(request("https://127.0.0.1:" + running.port() + "/", "POST", new byte[5_000], LONG));
		answer.handle((response, failure) -> failure).get(20, TimeUnit.SECONDS);
		running.close();
		return answer;
	}

	private static List<Throwable> causes(Throwable failure) {
		return Stream.iterate(failure, (each) -> each != null, Throwable::getCause).toList();
	}

}
