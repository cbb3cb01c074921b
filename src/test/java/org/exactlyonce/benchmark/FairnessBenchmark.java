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
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.HdrHistogram.Histogram;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long the appends of a quiet principal take, alone and beside a noisy one that sends
 * as fast as it is answered, over many connections and into the same lanes. All of the
 * noise comes from one thread, which leaves the processors to the gateway. Then beside
 * one that has a quota, and waits when it is told to. All are measured in turn, on H2;
 * the figures are medians of the rounds.
 */
class FairnessBenchmark {

	private static final String ADMIN_KEY = "an-administrators-key-of-a-benchmark";

	private static final Scenario NOISE = Scenario.parse(System.getProperty("benchmark.scenarios", "64c+8p"));

	private static final int QUIET_PER_SECOND = Integer.getInteger("benchmark.quiet", 50);

	private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);

	private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 8));

	private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("benchmark.warmup", 15));

	private static final long QUOTA = Long.getLong("benchmark.quota", 1000);

	private static final Pattern RETRY_AFTER = Pattern.compile("(?i)retry-after: (\\d+)");

	@TempDir(factory = DataFolder.class)
	private Path folder;

	private String quiet;

	private String noisy;

	private String limited;

	@Test
	void measuresAQuietPrincipalBesideANoisyOne() throws Exception {
		try (GatewayProcess gateway = GatewayProcess.startOptimised("--gateway.data-dir=" + this.folder,
				"--gateway.security.mode=token", "--gateway.security.admin-key=" + ADMIN_KEY,
				"--gateway.quotas.limited.requests-per-second=" + QUOTA)) {
			this.quiet = key(gateway.client(), "quiet");
			this.noisy = key(gateway.client(), "noisy");
			this.limited = key(gateway.client(), "limited");
			besideNoise(gateway, WARM_UP);
			alone(gateway, WARM_UP);
			List<Round> alone = new ArrayList<>();
			List<Round> beside = new ArrayList<>();
			List<Round> besideLimited = new ArrayList<>();
			for (int i = 0; i < ROUNDS; i++) {
				alone.add(alone(gateway, ROUND));
				beside.add(besideNoise(gateway, ROUND));
				besideLimited.add(besideLimited(gateway, ROUND));
				System.out.printf("alone %s; beside %s; with a quota %s%n", alone.get(i), beside.get(i),
						besideLimited.get(i));
			}
			say("beside", beside, alone);
			say("beside, with a quota", besideLimited, alone);
		}
	}

	private static void say(String what, List<Round> beside, List<Round> alone) {
		System.out.printf("%s, %d connections, medians: p50 x %.2f, p99 x %.2f of alone%n", what, NOISE.connections(),
				ratio(beside, alone, 50), ratio(beside, alone, 99));
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

	private static long producer(GatewayClient client, String key) {
		return client.send("POST", "/producers", null, "Authorization", "Bearer " + key)
			.json()
			.get("producerId")
			.asLong();
	}

	private static byte[] append(int partition, String key) {
		String body = "{\"records\":[{\"value\":" + RequestBytes.VALUE + "}]}";
		return ("POST /partitions/" + partition + "/records HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
				+ "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
			.getBytes(StandardCharsets.US_ASCII);
	}

	private Round alone(GatewayProcess gateway, Duration duration) throws Exception {
		return new Round(quiet(gateway.port(), duration), 0);
	}

	private Round besideNoise(GatewayProcess gateway, Duration duration) throws Exception {
		List<Long> producers = new ArrayList<>();
		for (int i = 0; i < NOISE.connections(); i++) {
			producers.add(producer(gateway.client(), this.noisy));
		}
		ExecutorService other = Executors.newSingleThreadExecutor();
		try (Load<Sender> noise = new Load<>(NOISE.connections(), (selector, number) -> new Sender(gateway.port(),
				selector, Variant.GATEWAY, NOISE, number, producers.get(number), this.noisy))) {
			Future<Histogram> stored = other.submit(() -> noise.run(duration));
			Histogram latencies = quiet(gateway.port(), duration);
			return new Round(latencies, stored.get().getTotalCount() / duration.toSeconds());
		}
		finally {
			other.shutdownNow();
		}
	}

	private Round besideLimited(GatewayProcess gateway, Duration duration) throws Exception {
		AtomicLong stored = new AtomicLong();
		ExecutorService others = Executors.newFixedThreadPool(NOISE.connections());
		try {
			long end = System.nanoTime() + duration.toNanos();
			for (int i = 0; i < NOISE.connections(); i++) {
				byte[] append = append(i % NOISE.partitions(), this.limited);
				others.submit(() -> limited(gateway.port(), append, end, stored));
			}
			return new Round(quiet(gateway.port(), duration), stored.get() / duration.toSeconds());
		}
		finally {
			others.shutdownNow();
			assertThat(others.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
		}
	}

	/** As fast as it is answered, but waits for as long as a refusal says. */
	private static Void limited(int port, byte[] append, long end, AtomicLong stored) throws Exception {
		HttpAnswer answer = new HttpAnswer();
		while (System.nanoTime() < end) {
			try (SocketChannel channel = connect(port)) {
				do {
					exchange(channel, append, answer);
					stored.addAndGet((answer.status() == 201) ? 1 : 0);
				}
				while (answer.status() == 201 && System.nanoTime() < end);
			}
			if (answer.status() == 429) {
				Matcher wait = RETRY_AFTER.matcher(answer.toString());
				assertThat(wait.find()).isTrue();
				TimeUnit.SECONDS.sleep(Long.parseLong(wait.group(1)));
			}
		}
		return null;
	}

	private static SocketChannel connect(int port) throws IOException {
		return SocketChannel.open(new InetSocketAddress("localhost", port))
			.setOption(StandardSocketOptions.TCP_NODELAY, true);
	}

	private static void exchange(SocketChannel channel, byte[] append, HttpAnswer answer) throws IOException {
		channel.write(ByteBuffer.wrap(append));
		answer.clear();
		while (!answer.read(channel)) {
			assertThat(channel.isOpen()).isTrue();
		}
	}

	private Histogram quiet(int port, Duration duration) throws Exception {
		Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
		byte[] append = append(0, this.quiet);
		long period = TimeUnit.SECONDS.toNanos(1) / QUIET_PER_SECOND;
		try (SocketChannel channel = connect(port)) {
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
