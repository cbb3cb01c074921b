package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures whether a gateway gets slower as its log gets longer: on an empty log, on one
 * of a tenth of {@code -Dbenchmark.batches}, and on one of all of them, on both
 * databases. Every answer is checked; it fails on a wrong one, never on a slow one.
 */
class GrowthBenchmark {

	private static final int WARM_UP_CONNECTIONS = 4;

	private final Settings settings = Settings.fromSystemProperties(5, 3, 5);

	private final List<Long> lengths = LogFiller.lengths(Long.getLong("benchmark.batches", 1_000_000));

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@BeforeAll
	static void silencesPostgres() {
		Storage.silencePostgres();
	}

	@Test
	void measuresLogsOfSeveralLengths() throws Exception {
		RunFacts facts = RunFacts.of(GrowthBenchmark.class.getSimpleName());
		List<Growth> all = new ArrayList<>();
		for (Database database : this.settings.databases()) {
			Growth growth = measure(database);
			say(growth.table().toText());
			all.add(growth);
		}
		assertThat(all).hasSameSizeAs(this.settings.databases());
		say("Report: " + GrowthReport.of(facts, all).write("growth"));
	}

	private Growth measure(Database database) throws IOException, SQLException {
		List<StoredLog> logs = new ArrayList<>();
		try {
			for (long length : this.lengths) {
				logs.add(new StoredLog(database, this.folder.resolve(database + "-" + length), length));
			}
			Growth growth = new Growth(logs.get(0).product(), this.lengths);
			say(growth.database());
			for (StoredLog log : logs) {
				log.fill((line) -> say("  " + line));
				log.start();
				log.check();
			}
			for (int round = 1; round <= this.settings.rounds(); round++) {
				startUp(logs, growth, round);
			}
			warmUp(logs);
			for (int round = 1; round <= this.settings.rounds(); round++) {
				load(logs, growth, round);
			}
			for (int log = 0; log < logs.size(); log++) {
				growth.add(Growth.Figure.LENGTH, log, logs.get(log).end());
			}
			return growth;
		}
		finally {
			for (StoredLog log : logs) {
				log.close();
			}
		}
	}

	/** Appends before the kill leave something to recover; the last start stays. */
	private void startUp(List<StoredLog> logs, Growth growth, int round) throws IOException {
		for (int log = 0; log < logs.size(); log++) {
			StoredLog measured = logs.get(log);
			measured.stop();
			add(growth, Growth.Figure.START, log, measured.start(), round);
			measured.append(WARM_UP_CONNECTIONS, Duration.ofSeconds(1));
			measured.kill();
			add(growth, Growth.Figure.START_AFTER_KILL, log, measured.start(), round);
		}
	}

	/** With few connections first, as the compiler gets no turn under a full load. */
	private void warmUp(List<StoredLog> logs) throws IOException {
		for (StoredLog log : logs) {
			log.append(WARM_UP_CONNECTIONS, this.settings.warmUp());
		}
		for (Probe probe : Probe.values()) {
			for (StoredLog log : logs) {
				probe.measure(log, this.settings.warmUp());
			}
		}
	}

	private void load(List<StoredLog> logs, Growth growth, int round) throws IOException {
		for (Probe probe : Probe.values()) {
			for (int log = 0; log < logs.size(); log++) {
				add(growth, probe, log, probe.measure(logs.get(log), this.settings.round()), round);
			}
		}
		for (int log = 0; log < logs.size(); log++) {
			add(growth, Growth.Figure.HEAP, log, logs.get(log).heapMegabytes(), round);
		}
	}

	private static void add(Growth growth, Probe probe, int log, Histogram latencies, int round) {
		double half = latencies.getValueAtPercentile(50) / 1e6;
		double most = latencies.getValueAtPercentile(99) / 1e6;
		growth.add(probe.half(), log, half);
		growth.add(probe.most(), log, most);
		say(String.format(Locale.ROOT, "  round %d, %s, %s: p50 %.2f ms, p99 %.2f ms", round, growth.label(log),
				probe.label(), half, most));
	}

	private static void add(Growth growth, Growth.Figure figure, int log, double value, int round) {
		growth.add(figure, log, value);
		say(String.format(Locale.ROOT, "  round %d, %s, %s: %.2f %s", round, growth.label(log), figure.what(), value,
				figure.unit()));
	}

	private static void say(String text) {
		System.out.println(text);
	}

}
