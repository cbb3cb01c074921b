package org.exactlyonce.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.exactlyonce.gateway.support.RawAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Throughput of one producer with one request in flight, and with five over five
 * connections. Each request carries one record of 100 bytes and {@code Prefer: wait=10};
 * each answer must be a 201 at the offset that its sequence says. The two are measured in
 * turn against one gateway, three times, after a warm-up.
 */
class PipeliningBenchmark {

	private static final Duration WARM_UP = Duration.ofSeconds(30);

	private static final Duration ROUND = Duration.ofSeconds(8);

	private static final int ROUNDS = 3;

	private static final String VALUE = "\"" + "x".repeat(98) + "\"";

	@TempDir
	private Path folder;

	@Test
	void measuresOnH2() throws Exception {
		measure("H2", "--gateway.data-dir=" + this.folder);
	}

	@Test
	void measuresOnPostgres() throws Exception {
		measure("PostgreSQL", GatewayProcess.onPostgres(PostgresServer.newDatabase()));
	}

	private void measure(String store, String... arguments) throws Exception {
		try (GatewayProcess gateway = GatewayProcess.startOptimised(arguments)) {
			report("%s, JDK %s, %d processors: warming up for %d s", store, Runtime.version().feature(),
					Runtime.getRuntime().availableProcessors(), WARM_UP.toSeconds());
			run(gateway, 5, WARM_UP);
			double[] one = new double[ROUNDS];
			double[] five = new double[ROUNDS];
			for (int round = 0; round < ROUNDS; round++) {
				one[round] = run(gateway, 1, ROUND);
				five[round] = run(gateway, 5, ROUND);
				report("%s, round %d: %.0f/s with 1 in flight, %.0f/s with 5", store, round + 1, one[round],
						five[round]);
			}
			report("%s, medians: %.0f/s with 1 in flight, %.0f/s with 5: %.2f times as many", store, median(one),
					median(five), median(five) / median(one));
		}
	}

	private static void report(String format, Object... arguments) {
		System.out.println(format.formatted(arguments));
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	/** A new producer in the same partition, so that offsets go on where they were. */
	private static double run(GatewayProcess gateway, int inFlight, Duration duration) throws Exception {
		GatewayClient client = gateway.client();
		long producer = client.newProducer();
		long base = client.get("/partitions/0").json().get("logEndOffset").longValue();
		AtomicLong next = new AtomicLong();
		ExecutorService connections = Executors.newFixedThreadPool(inFlight);
		long start = System.nanoTime();
		long end = start + duration.toNanos();
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < inFlight; i++) {
				running.add(connections.submit(() -> {
					send(gateway.port(), producer, base, next, end);
					return null;
				}));
			}
			for (Future<?> connection : running) {
				connection.get();
			}
		}
		finally {
			connections.shutdownNow();
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		assertThat(client.get("/producers/" + producer).json().at("/partitions/0/nextSequence").longValue())
			.isEqualTo(next.get());
		assertThat(client.get("/partitions/0").json().get("logEndOffset").longValue()).isEqualTo(base + next.get());
		return next.get() / seconds;
	}

	private static void send(int port, long producer, long base, AtomicLong next, long end) throws IOException {
		try (Socket socket = new Socket("localhost", port)) {
			socket.setTcpNoDelay(true);
			InputStream in = socket.getInputStream();
			while (System.nanoTime() < end) {
				long sequence = next.getAndIncrement();
				socket.getOutputStream()
					.write(("POST /partitions/0/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
							+ "Producer-Id: " + producer + "\r\nProducer-Seq: " + sequence
							+ "\r\nPrefer: wait=10\r\nContent-Length: " + VALUE.length() + "\r\n\r\n" + VALUE)
						.getBytes(StandardCharsets.US_ASCII));
				String answer = RawAnswer.read(in);
				assertThat(answer).startsWith("HTTP/1.1 201 ").contains("\"baseOffset\":" + (base + sequence) + ",");
			}
		}
	}

}
