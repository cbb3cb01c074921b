package org.exactlyonce.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway beside a peer: a single Kafka broker that syncs each append before it
 * answers, as the gateway syncs each group, and the same broker with its default, which
 * leaves that to the system. Each producer is idempotent and has one record of 100 bytes
 * in flight. The gateway gets HTTP from one thread, the broker its binary protocol from
 * Kafka's own producers, a thread each, on the same processors. All are measured in turn,
 * and what is stored is counted.
 */
class PeerBenchmark {

	private static final String SYNCED = "Kafka, synced";

	private static final String DEFAULT = "Kafka, default";

	private static final int WARM_UP_CONNECTIONS = 4;

	private final Settings settings = Settings.fromSystemProperties(30, 8, 5);

	private final Scenario scenario = Scenario.parse(System.getProperty("benchmark.scenarios", "64c"));

	private final Deque<AutoCloseable> open = new ArrayDeque<>();

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@AfterEach
	void closeAll() throws Exception {
		while (!this.open.isEmpty()) {
			this.open.pop().close();
		}
	}

	@Test
	void measuresTheGatewayBesideKafka() throws Exception {
		RunFacts.of(PeerBenchmark.class.getSimpleName()).all().forEach((name, fact) -> say("%s: %s", name, fact));
		Storage.silencePostgres();
		Map<String, Contender> contenders = new LinkedHashMap<>();
		for (Database database : this.settings.databases()) {
			Target target = Target.start(database, Files.createDirectory(this.folder.resolve(database.name())));
			this.open.push(target);
			contenders.put("gateway, " + target.database(),
					(scenario, duration) -> target.measure(Variant.GATEWAY, scenario, duration));
		}
		KafkaPeer kafka = new KafkaPeer(Files.createDirectory(this.folder.resolve("kafka")));
		this.open.push(kafka);
		contenders.put(SYNCED,
				(scenario, duration) -> kafka.measure(Map.of("flush.messages", "1"), scenario, duration));
		contenders.put(DEFAULT, (scenario, duration) -> kafka.measure(Map.of(), scenario, duration));
		warmUp(contenders);
		say("%s", table(compare(contenders)).toText());
	}

	/**
	 * With few connections first, as the compiler gets no turn under a full load; then
	 * with all.
	 */
	private void warmUp(Map<String, Contender> contenders) throws Exception {
		for (Scenario load : List.of(this.scenario.withConnections(WARM_UP_CONNECTIONS), this.scenario)) {
			for (String name : contenders.keySet()) {
				measure("warm-up", name, contenders.get(name), load, this.settings.warmUp());
			}
		}
	}

	private Map<String, List<Sample>> compare(Map<String, Contender> contenders) throws Exception {
		Map<String, List<Sample>> samples = new LinkedHashMap<>();
		for (int round = 1; round <= this.settings.rounds(); round++) {
			for (String name : contenders.keySet()) {
				samples.computeIfAbsent(name, (any) -> new ArrayList<>())
					.add(measure("round " + round, name, contenders.get(name), this.scenario, this.settings.round()));
			}
		}
		return samples;
	}

	private static Sample measure(String stage, String name, Contender contender, Scenario load, Duration duration)
			throws Exception {
		Sample sample = contender.measure(load, duration);
		say("  %s, %s: %,.0f requests/s, p50 %.2f ms, p99 %.2f ms", stage, name, sample.requestsPerSecond(),
				sample.p50(), sample.p99());
		return sample;
	}

	private Table table(Map<String, List<Sample>> samples) {
		Table table = new Table(this.scenario.label(), "", "requests/s", "p50 ms", "p99 ms", "CPU server", "database",
				"load", "of " + SYNCED, "of " + DEFAULT);
		samples.forEach((name, of) -> table.add(name, "", median("%,.0f", of, Sample::requestsPerSecond),
				median("%.2f", of, Sample::p50), median("%.2f", of, Sample::p99),
				median("%.2f", of, Sample::gatewayCpu), median("%.2f", of, Sample::databaseCpu),
				median("%.2f", of, Sample::generatorCpu), times(of, samples.get(SYNCED)),
				times(of, samples.get(DEFAULT))));
		return table;
	}

	private static String median(String format, List<Sample> samples, ToDoubleFunction<Sample> figure) {
		return String.format(Locale.ROOT, format, Median.of(samples.stream().mapToDouble(figure)));
	}

	/** The median of the rounds' ratios. */
	private static String times(List<Sample> these, List<Sample> those) {
		return String.format(Locale.ROOT, "x %.2f", Median.of(IntStream.range(0, these.size())
			.mapToDouble((i) -> these.get(i).requestsPerSecond() / those.get(i).requestsPerSecond())));
	}

	private static void say(String format, Object... arguments) {
		System.out.println(String.format(Locale.ROOT, format, arguments));
	}

	/** What takes the load. */
	private interface Contender {

		Sample measure(Scenario scenario, Duration duration) throws Exception;

	}

}
