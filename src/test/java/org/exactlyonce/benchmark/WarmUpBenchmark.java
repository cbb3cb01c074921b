package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how soon a gateway is quick: the packaged one is started, and gets its load
 * from the first second on. {@code -Dbenchmark.rounds} rounds of
 * {@code -Dbenchmark.seconds} follow one another; the last third of them counts as warm.
 * {@code -Dbenchmark.jvm} are options of its JVM.
 */
class WarmUpBenchmark {

	private static final double WARM = 0.8;

	private final Settings settings = Settings.fromSystemProperties(0, 5, 60);

	private final Scenario scenario = Scenario.parse(System.getProperty("benchmark.scenarios", "64c"));

	private final List<String> jvm = Arrays.stream(System.getProperty("benchmark.jvm", "").split(" "))
		.filter((option) -> !option.isEmpty())
		.toList();

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@BeforeAll
	static void silencesPostgres() {
		Storage.silencePostgres();
	}

	@Test
	void measuresTheFirstMinutes() throws Exception {
		RunFacts.of(WarmUpBenchmark.class.getSimpleName()).all().forEach((name, fact) -> say("%s: %s", name, fact));
		for (Database database : this.settings.databases()) {
			Path data = Files.createDirectory(this.folder.resolve(database.name()));
			try (Storage storage = new Storage(database, data)) {
				long began = System.nanoTime();
				try (GatewayProcess gateway = GatewayProcess.startOptimised(this.jvm, storage.arguments())) {
					say("%s, JVM options %s: ready after %.2f s, %,d MB", storage.product(), this.jvm,
							(System.nanoTime() - began) / 1e9, megabytes(gateway));
					measure(gateway);
				}
			}
		}
	}

	private void measure(GatewayProcess gateway) throws IOException {
		GatewayClient client = gateway.client();
		List<Long> producers = IntStream.range(0, this.scenario.connections())
			.mapToObj((i) -> client.newProducer())
			.toList();
		LogAudit audit = new LogAudit(client, Variant.GATEWAY, this.scenario);
		double[] rates = new double[this.settings.rounds()];
		try (Load<Sender> load = Load.of(gateway.port(), Variant.GATEWAY, this.scenario, producers)) {
			long before = 0;
			for (int round = 0; round < rates.length; round++) {
				Counters start = Counters.read(gateway.handle());
				long answered = load.run(this.settings.round()).getTotalCount();
				Counters used = Counters.read(gateway.handle()).since(start);
				rates[round] = (answered - before) * 1e9 / used.wallNanos();
				before = answered;
				say("  %3d s: %,7.0f requests/s, %.2f processors", (round + 1) * this.settings.round().toSeconds(),
						rates[round], (double) used.gatewayNanos() / used.wallNanos());
			}
			audit.check(gateway.port(), load.connections());
		}
		double warm = Median.of(DoubleStream.of(rates).skip(rates.length * 2L / 3));
		int reached = IntStream.range(0, rates.length)
			.filter((round) -> rates[round] >= WARM * warm)
			.findFirst()
			.orElse(0);
		Duration after = this.settings.round().multipliedBy(reached + 1L);
		say("  warm: %,.0f requests/s; %.1f of it within %d s; %,d MB", warm, WARM, after.toSeconds(),
				megabytes(gateway));
	}

	/** The memory that the system has given to the process. */
	private static long megabytes(GatewayProcess gateway) throws IOException {
		return Files.readAllLines(Path.of("/proc/" + gateway.handle().pid() + "/status"))
			.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1000)
			.findFirst()
			.orElse(0);
	}

	private static void say(String format, Object... arguments) {
		System.out.println(String.format(Locale.ROOT, format, arguments));
	}

}
