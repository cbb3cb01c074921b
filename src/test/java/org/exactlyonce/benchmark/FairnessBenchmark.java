package org.exactlyonce.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.HdrHistogram.Histogram;
import org.exactlyonce.gateway.GatewayApplication;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long the appends of a quiet principal take, alone and beside a noisy one that sends
 * as fast as it is answered, over many connections and into the same lane. Both are
 * measured in turn, on H2; the figures are medians of the rounds.
 */
class FairnessBenchmark {

	private static final String ADMIN_KEY = "an-administrators-key-of-a-benchmark";

	private static final int CONNECTIONS = Integer.getInteger("benchmark.noisy", 64);

	private static final int QUIET_PER_SECOND = Integer.getInteger("benchmark.quiet", 50);

	private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);

	private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 8));

	private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("benchmark.warmup", 15));

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@Test
	void measuresAQuietPrincipalBesideANoisyOne() throws Exception {
		List<String> arguments = new ArrayList<>(List.of("--gateway.data-dir=" + this.folder,
				"--gateway.security.mode=token", "--gateway.security.admin-key=" + ADMIN_KEY,
				"--logging.level.root=warn", "--logging.level.org.springframework.boot.tomcat=info"));
		String quota = System.getProperty("benchmark.quota", "");
		if (!quota.isEmpty()) {
			arguments.add("--gateway.quotas.noisy.requests-per-second=" + quota);
		}
		try (GatewayProcess gateway = GatewayProcess.startMain(GatewayApplication.class,
				arguments.toArray(String[]::new))) {
			String quiet = key(gateway.client(), "quiet");
			String noisy = key(gateway.client(), "noisy");
			round(gateway.port(), quiet, noisy, WARM_UP);
			round(gateway.port(), quiet, null, WARM_UP);
			List<Round> alone = new ArrayList<>();
			List<Round> beside = new ArrayList<>();
			for (int i = 1; i <= ROUNDS; i++) {
				alone.add(round(gateway.port(), quiet, null, ROUND));
				beside.add(round(gateway.port(), quiet, noisy, ROUND));
				System.out.printf("round %d: alone %s; beside %s%n", i, alone.get(i - 1), beside.get(i - 1));
			}
			System.out.printf("medians: p50 x %.2f, p99 x %.2f, of the quiet one beside %d noisy connections%n",
					ratio(beside, alone, 50), ratio(beside, alone, 99), CONNECTIONS);
		}
	}

	private static double ratio(List<Round> beside, List<Round> alone, double percentile) {
		return Median.of(beside.stream().mapToDouble((round) -> round.millis(percentile)))
				/ Median.of(alone.stream().mapToDouble((round) -> round.millis(percentile)));
	}

	private static String key(GatewayClient client, String name) {
		return client
			.send("POST", "/keys",
					("{\"name\": \"" + name + "\", \"rights\": [{\"may\": [\"produce\"]}]}")
						.getBytes(StandardCharsets.UTF_8),
					"Content-Type", "application/json", "Authorization", "Bearer " + ADMIN_KEY)
			.json()
			.get("key")
			.asString();
	}

	private static byte[] append(int partition, String key) {
		String body = "{\"records\":[{\"value\":" + RequestBytes.VALUE + "}]}";
		return ("POST /partitions/" + partition + "/records HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
				+ "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
			.getBytes(StandardCharsets.US_ASCII);
	}

	private static Round round(int port, String quiet, String noisy, Duration duration) throws Exception {
		if (noisy == null) {
			return new Round(quiet(port, append(0, quiet), duration), 0);
		}
		AtomicLong stored = new AtomicLong();
		ExecutorService noise = Executors.newFixedThreadPool(CONNECTIONS);
		try {
			long end = System.nanoTime() + duration.toNanos();
			for (int i = 0; i < CONNECTIONS; i++) {
				byte[] append = append(1 + i % 7, noisy);
				noise.submit(() -> noise(port, append, end, stored));
			}
			return new Round(quiet(port, append(0, quiet), duration), stored.get() / duration.toSeconds());
		}
		finally {
			noise.shutdownNow();
			assertThat(noise.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
		}
	}

	/** Without a pause, also where it is refused and its connection closed. */
	private static Void noise(int port, byte[] append, long end, AtomicLong stored) throws IOException {
		HttpAnswer answer = new HttpAnswer();
		while (System.nanoTime() < end) {
			try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("localhost", port))) {
				channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
				do {
					exchange(channel, append, answer);
					stored.addAndGet((answer.status() == 201) ? 1 : 0);
				}
				while (answer.status() == 201 && System.nanoTime() < end);
			}
		}
		return null;
	}

	private static void exchange(SocketChannel channel, byte[] append, HttpAnswer answer) throws IOException {
		channel.write(ByteBuffer.wrap(append));
		answer.clear();
		while (!answer.read(channel)) {
			assertThat(channel.isOpen()).isTrue();
		}
	}

	private static Histogram quiet(int port, byte[] append, Duration duration) throws Exception {
		Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
		long period = TimeUnit.SECONDS.toNanos(1) / QUIET_PER_SECOND;
		try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("localhost", port))) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			HttpAnswer answer = new HttpAnswer();
			long end = System.nanoTime() + duration.toNanos();
			for (long due = System.nanoTime(); due < end; due += period) {
				TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
				long sent = System.nanoTime();
				exchange(channel, append, answer);
				assertThat(answer.status()).isEqualTo(201);
				latencies.recordValue(System.nanoTime() - sent);
			}
		}
		return latencies;
	}

	private record Round(Histogram latencies, long noise) {

		private double millis(double percentile) {
			return this.latencies.getValueAtPercentile(percentile) / 1e6;
		}

		@Override
		public String toString() {
			return "p50 %.2f ms, p99 %.2f ms (noise: %d appends/s)".formatted(millis(50), millis(99), this.noise);
		}

	}

}
