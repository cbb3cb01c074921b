package org.exactlyonce.client.apache;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.Transport;
import org.exactlyonce.client.Transport.Response;
import org.exactlyonce.client.internals.TransportContract;
import org.exactlyonce.client.support.RawServer;
import org.exactlyonce.client.support.WithoutHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The contract of transports, by Apache HttpClient, and what this one has besides.
 */
class ApacheTransportTest extends TransportContract {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final List<ApacheTransport> opened = new ArrayList<>();

	private final Transport transport = open(null);

	@Override
	protected Transport transport() {
		return this.transport;
	}

	@Override
	protected Transport open(SSLContext sslContext) {
		ApacheTransport open = ApacheTransport.open(sslContext);
		this.opened.add(open);
		return open;
	}

	@AfterEach
	void closeEndsTheThreads() throws Exception {
		this.opened.forEach(ApacheTransport::close);
		this.opened.forEach(ApacheTransport::close);
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
		long left = threads();
		while (left > 0 && System.nanoTime() < until) {
			Thread.sleep(20);
			left = threads();
		}
		assertThat(left).isZero();
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("gateway-http") || thread.getName().contains("httpclient"))
			.peek((thread) -> assertThat(thread.isDaemon()).isTrue())
			.count();
	}

	@Test
	void readIsNotRepeatedEither() throws Exception {
		try (RawServer server = RawServer.start((connection) -> {
			connection.read();
			connection.write("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
			connection.read();
		})) {
			assertThat(send(server, "GET", null, LONG).get().status()).isEqualTo(200);
			untilItIsGivenBack();
			assertThat(failure(send(server, "GET", null, LONG))).isInstanceOf(IOException.class);
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void answerMayComeBeforeTheRequestHasGone() throws Exception {
		CountDownLatch told = new CountDownLatch(1);
		try (RawServer server = RawServer.start((connection) -> {
			connection.write("HTTP/1.1 413 Content Too Large", "Content-Length: 2", "Connection: close", "", "no");
			awaitTold(told);
		})) {
			Response answer = send(server, "POST", new byte[50_000_000], LONG).get(20, TimeUnit.SECONDS);
			assertThat(answer.status()).isEqualTo(413);
			told.countDown();
		}
	}

	private static void awaitTold(CountDownLatch told) {
		try {
			told.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void closeFailsWhatIsUnderWayAndWhatIsSentLater() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch gone = new CountDownLatch(1);
		try (RawServer server = RawServer.start((connection) -> {
			connection.read();
			asked.countDown();
			connection.awaitEnd();
			gone.countDown();
		})) {
			CompletableFuture<Response> answer = send(server, "GET", null, LONG);
			assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
			this.opened.forEach(ApacheTransport::close);
			assertThat(failure(answer)).isInstanceOf(IOException.class).hasMessageContaining("closed");
			assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(failure(send(server, "GET", null, LONG))).isInstanceOf(IOException.class)
				.hasMessageContaining("closed");
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void closeEndsConnectionsThatWereKept() throws Exception {
		CountDownLatch gone = new CountDownLatch(1);
		try (RawServer server = RawServer.start((connection) -> {
			connection.read();
			connection.write("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
			connection.awaitEnd();
			gone.countDown();
		})) {
			assertThat(send(server, "GET", null, LONG).get().status()).isEqualTo(200);
			this.opened.forEach(ApacheTransport::close);
			assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void saysWhichArtifactIsMissing() throws Exception {
		Class<?> type = new WithoutHttpClient().loadClass(ApacheTransport.class.getName());
		assertThatThrownBy(() -> type.getMethod("open").invoke(null)).cause()
			.isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("org.apache.httpcomponents.client5:httpclient5");
	}

}
