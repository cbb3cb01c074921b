package org.exactlyonce.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Eight clients that register their names again without pause, and one that appends
 * beside them, with 8 partitions and with 10 000: neither may depend on it. The two
 * gateways are measured in turn, three times, after a warm-up; on PostgreSQL each is two
 * replicas, and the clients are divided among them.
 */
class FenceBenchmark {

	private static final Duration WARM_UP = Duration.ofSeconds(20);

	private static final Duration ROUND = Duration.ofSeconds(10);

	private static final int ROUNDS = 3;

	private static final int REGISTRARS = 8;

	@TempDir
	private Path folder;

	@Test
	void measuresOnH2() throws Exception {
		measure("H2",
				(partitions) -> List
					.of(GatewayProcess.startOptimised("--gateway.data-dir=" + this.folder.resolve("" + partitions),
							"--gateway.partitions=" + partitions)));
	}

	@Test
	void measuresTwoReplicasOnPostgres() throws Exception {
		measure("PostgreSQL", (partitions) -> {
			String[] arguments = GatewayProcess.onPostgres(PostgresServer.newDatabase(),
					"--gateway.partitions=" + partitions);
			return List.of(GatewayProcess.startOptimised(arguments), GatewayProcess.startOptimised(arguments));
		});
	}

	private static void measure(String store, IntFunction<List<GatewayProcess>> start) throws Exception {
		List<GatewayProcess> few = start.apply(8);
		List<GatewayProcess> many = start.apply(10_000);
		try {
			round(few, WARM_UP);
			round(many, WARM_UP);
			List<Round> withFew = new ArrayList<>();
			List<Round> withMany = new ArrayList<>();
			for (int i = 0; i < ROUNDS; i++) {
				withFew.add(round(few, ROUND));
				withMany.add(round(many, ROUND));
				System.out.printf("%s, round %d: 8 partitions %s; 10 000 partitions %s%n", store, i + 1, withFew.get(i),
						withMany.get(i));
			}
			System.out.printf(
					"%s, medians, 10 000 partitions beside 8: registrations/s x %.2f, appends/s x %.2f, "
							+ "p99 of an append x %.2f%n",
					store, ratio(withMany, withFew, Round::registrations), ratio(withMany, withFew, Round::appends),
					ratio(withMany, withFew, Round::p99Millis));
		}
		finally {
			few.forEach(GatewayProcess::close);
			many.forEach(GatewayProcess::close);
		}
	}

	private static double ratio(List<Round> one, List<Round> other, ToDoubleFunction<Round> value) {
		return median(one, value) / median(other, value);
	}

	private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
		return rounds.stream().mapToDouble(value).sorted().toArray()[rounds.size() / 2];
	}

	private static Round round(List<GatewayProcess> replicas, Duration duration) throws Exception {
		ExecutorService clients = Executors.newFixedThreadPool(REGISTRARS + 1);
		AtomicLong registrations = new AtomicLong();
		long end = System.nanoTime() + duration.toNanos();
		try {
			List<Future<?>> registrars = new ArrayList<>();
			for (int i = 0; i < REGISTRARS; i++) {
				String name = "registrar-" + i;
				GatewayClient client = replicas.get(i % replicas.size()).client();
				registrars.add(clients.submit(() -> {
					while (System.nanoTime() < end) {
						assertThat(client.register(name).status()).isIn(200, 201);
						registrations.incrementAndGet();
					}
				}));
			}
			List<Long> nanos = clients.submit(() -> append(replicas.get(0).client(), end)).get();
			for (Future<?> registrar : registrars) {
				registrar.get();
			}
			double seconds = duration.toNanos() / 1e9;
			nanos.sort(Comparator.naturalOrder());
			return new Round(registrations.get() / seconds, nanos.size() / seconds,
					nanos.get(nanos.size() * 99 / 100) / 1e6);
		}
		finally {
			clients.shutdownNow();
		}
	}

	private static List<Long> append(GatewayClient client, long end) {
		long producer = client.newProducer();
		List<Long> nanos = new ArrayList<>();
		while (System.nanoTime() < end) {
			long start = System.nanoTime();
			assertThat(client.append(0, producer, nanos.size(), "1").status()).isEqualTo(201);
			nanos.add(System.nanoTime() - start);
		}
		return nanos;
	}

	private record Round(double registrations, double appends, double p99Millis) {

		@Override
		public String toString() {
			return "%.0f registrations/s, %.0f appends/s, p99 %.1f ms".formatted(this.registrations, this.appends,
					this.p99Millis);
		}

	}

}
