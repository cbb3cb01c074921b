package org.exactlyonce.gateway.proof.exhaustion;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * More than the gateway can take: a database whose every commit waits 50 ms, a heap of
 * 256 MB, and clients that come again at once whatever {@code Retry-After} says.
 */
class OverloadIT {

	private static final int PARTITIONS = 8;

	private static final int QUEUED = 20;

	private static final int WEIGHT = 2_000;

	/** How many appends are stored while answers are counted. */
	private static final int STORED = 20 * QUEUED;

	private static final Duration APPEND_TIMEOUT = Duration.ofSeconds(10);

	private static final String SLOW_COMMITS = "?options=-c%20commit_delay=50000%20-c%20commit_siblings=0";

	private GatewayProcess gateway;

	private GatewayClient client;

	@BeforeEach
	void start() {
		this.gateway = GatewayProcess.startWith(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
				GatewayProcess.onPostgres(PostgresServer.newDatabase() + SLOW_COMMITS,
						"--gateway.commit.max-queued-appends=" + QUEUED,
						"--gateway.commit.timeout=" + APPEND_TIMEOUT.toSeconds() + "s"));
		this.client = this.gateway.client();
	}

	@AfterEach
	void end() {
		this.gateway.close();
	}

	@Test
	void refusesWhatIsTooMuchAndServesTheRest() {
		List<LoadingProducer> few = producers(QUEUED);
		answersPerSecond(few); // warms up
		double before = answersPerSecond(few);
		assertThat(refused(few)).isZero();
		List<LoadingProducer> many = producers(100);
		double offered = answersPerSecond(many);
		double after = answersPerSecond(few);
		System.out.printf(
				"[overload] %.0f appends/s by %d clients; %.0f/s offered by %d, %.1f times as many, %d stored, "
						+ "%d refused, slowest %d ms; then %.0f/s%n",
				before, few.size(), offered, many.size(), offered / before, acknowledged(many), refused(many),
				slowest(many).toMillis(), after);
		assertThat(offered).isGreaterThan(3 * before);
		assertThat(refused(many)).isPositive();
		assertThat(acknowledged(many)).isPositive();
		assertThat(slowest(many)).isLessThan(APPEND_TIMEOUT);
		assertThat(after).isGreaterThan(before / 2);
		List<LoadingProducer> all = new ArrayList<>(few);
		all.addAll(many);
		for (int i = 0; i < PARTITIONS; i++) {
			int partition = i;
			LogCheck.holds(this.client, partition,
					all.stream().filter((producer) -> producer.partition() == partition).toList());
		}
	}

	private List<LoadingProducer> producers(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new LoadingProducer(this.client.newProducer(), i % PARTITIONS, WEIGHT))
			.toList();
	}

	private double answersPerSecond(List<LoadingProducer> producers) {
		int before = answers(producers);
		int stored = acknowledged(producers) + STORED;
		long start = System.nanoTime();
		producers.forEach((producer) -> producer.start(this.client));
		await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged(producers) >= stored);
		double rate = (answers(producers) - before) * 1e9 / (System.nanoTime() - start);
		LoadingProducer.stopAll(producers);
		return rate;
	}

	private static int answers(List<LoadingProducer> producers) {
		return acknowledged(producers) + refused(producers);
	}

	private static int acknowledged(List<LoadingProducer> producers) {
		return producers.stream().mapToInt(LoadingProducer::acknowledged).sum();
	}

	private static int refused(List<LoadingProducer> producers) {
		return producers.stream().mapToInt(LoadingProducer::refused).sum();
	}

	private static Duration slowest(List<LoadingProducer> producers) {
		return producers.stream().map(LoadingProducer::slowest).max(Duration::compareTo).orElseThrow();
	}

}
