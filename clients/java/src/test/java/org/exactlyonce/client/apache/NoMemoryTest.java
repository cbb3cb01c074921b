package org.exactlyonce.client.apache;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.Transport.Response;
import org.exactlyonce.client.support.RawServer;
import org.exactlyonce.client.support.SelfSigned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What becomes of exchanges where there is no memory, and of those after them: one thread
 * has all connections.
 */
@Timeout(60)
class NoMemoryTest {

	private static CompletableFuture<Response> get(ApacheClient client, String scheme, RawServer server) {
		return client.exchange(new Transport.Request("GET", URI.create(scheme + "://127.0.0.1:" + server.port() + "/"),
				Map.of(), null, Duration.ofSeconds(40)));
	}

	private static Throwable failure(CompletableFuture<?> answer) {
		return catchThrowableOfType(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS)).getCause();
	}

	private static void answer(RawServer.Connection connection) throws IOException {
		while (connection.read() != null) {
			connection.write("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
		}
	}

	@Test
	void answerThatIsTooLargeIsAFailureOfItsExchange(@TempDir Path folder) throws Exception {
		AnswerConsumer consumer = new AnswerConsumer();
		consumer.consumeResponse(new BasicHttpResponse(200), new BasicEntityDetails(-1, null), null, null);
		// More than an array may have.
		try (FileChannel body = FileChannel.open(folder.resolve("body"), StandardOpenOption.CREATE_NEW,
				StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			assertThatIOException()
				.isThrownBy(() -> consumer.consume(body.map(FileChannel.MapMode.READ_WRITE, 0, Integer.MAX_VALUE)))
				.withCauseInstanceOf(OutOfMemoryError.class);
		}
	}

	@Test
	void answerIsToldAlsoWhereThereIsNoThreadForIt() throws Exception {
		AtomicBoolean isFull = new AtomicBoolean();
		CountDownLatch answers = new CountDownLatch(1);
		ThreadPoolExecutor threads = new ThreadPoolExecutor(0, 10, 1, TimeUnit.SECONDS, new SynchronousQueue<>()) {
			@Override
			public void execute(Runnable task) {
				if (isFull.get()) {
					throw new OutOfMemoryError("unable to create native thread");
				}
				super.execute(task);
			}
		};
		ApacheClient client = new ApacheClient(null, threads);
		try (RawServer server = RawServer.start((connection) -> {
			await(answers);
			answer(connection);
		})) {
			CompletableFuture<Response> under = get(client, "http", server);
			isFull.set(true);
			answers.countDown();
			assertThat(under.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
			assertThat(failure(get(client, "http", server))).isInstanceOf(IOException.class)
				.hasMessageContaining("no memory");
			isFull.set(false);
			assertThat(get(client, "http", server).get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
		}
		finally {
			client.close();
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
	void endOfTheThreadOfTheConnectionsIsTold(@TempDir Path folder) throws Exception {
		ServerSocket port = SelfSigned.context(folder.resolve("key.p12"), "ip:127.0.0.1")
			.getServerSocketFactory()
			.createServerSocket(0, 10, InetAddress.getLoopbackAddress());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, new TrustManager[] { new Planted() }, null);
		ApacheClient client = new ApacheClient(context);
		try (RawServer server = RawServer.start(NoMemoryTest::answer);
				RawServer overTls = RawServer.start(port, NoMemoryTest::answer);
				RawServer silent = RawServer.start((connection) -> connection.awaitEnd())) {
			CompletableFuture<Response> underWay = get(client, "http", silent);
			assertThat(failure(get(client, "https", overTls))).isInstanceOf(IOException.class);
			assertThat(failure(underWay)).isInstanceOf(IOException.class);
			long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
			Throwable failure = failure(get(client, "http", server));
			while (!failure.getMessage().contains("another one opened") && System.nanoTime() < until) {
				failure = failure(get(client, "http", server));
			}
			assertThat(failure).isInstanceOf(IOException.class)
				.hasMessageContaining("another one opened")
				.hasRootCauseMessage("planted");
		}
		finally {
			client.close();
		}
	}

	/**
	 * Is asked for its trust by the thread of the connections.
	 */
	private static final class Planted implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
			throw new OutOfMemoryError("planted");
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
