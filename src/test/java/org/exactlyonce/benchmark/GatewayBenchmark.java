package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures the gateway, the ceiling and the naive design in turn, in one process, at
 * several loads and on both databases. Every answer and the whole log are checked; it
 * fails on a wrong one, never on a slow one. {@link Settings} narrow it, for example
 * {@code -Dbenchmark.database=h2 -Dbenchmark.scenarios=64c,256c+8p}.
 */
class GatewayBenchmark {

	private static final int WARM_UP_CONNECTIONS = 4;

	private final Settings settings = Settings.fromSystemProperties();

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@BeforeAll
	static void silencesPostgres() {
		Storage.silencePostgres();
	}

	@Test
	void measuresTheGatewayAgainstTheCeilingAndTheNaiveDesign() throws Exception {
		List<Results> all = new ArrayList<>();
		RunFacts facts = RunFacts.of(GatewayBenchmark.class.getSimpleName());
		for (Database database : this.settings.databases()) {
			Results results = measure(database);
			assertThat(results.comparisons()).hasSameSizeAs(this.settings.scenarios());
			say(results.table().toText());
			all.add(results);
		}
		say("Report: " + GatewayReport.of(facts, all).write("gateway"));
	}

	private Results measure(Database database) throws IOException, SQLException {
		try (Target target = Target.start(database, Files.createDirectory(this.folder.resolve(database.name())))) {
			Results results = new Results(target.database());
			say(results.database());
			warmUp(target);
			for (Scenario scenario : this.settings.scenarios()) {
				results.add(compare(target, scenario));
			}
			return results;
		}
	}

	/** With few connections first, as the compiler gets no turn under a full load. */
	private void warmUp(Target target) throws IOException {
		Scenario few = this.settings.scenarios().get(0).withConnections(WARM_UP_CONNECTIONS);
		for (Variant variant : this.settings.variants()) {
			measure(target, variant, few, this.settings.warmUp(), "warm-up");
		}
	}

	private Comparison compare(Target target, Scenario scenario) throws IOException {
		Comparison comparison = new Comparison(scenario);
		List<Variant> variants = this.settings.variants()
			.stream()
			.filter((variant) -> variant.takes(scenario.form()))
			.toList();
		for (Variant variant : variants) {
			measure(target, variant, scenario, this.settings.warmUp(), "warm-up");
		}
		for (int round = 1; round <= this.settings.rounds(); round++) {
			for (Variant variant : variants) {
				comparison.add(variant, measure(target, variant, scenario, this.settings.round(), "round " + round));
			}
		}
		return comparison;
	}

	private static Sample measure(Target target, Variant variant, Scenario scenario, Duration duration, String stage)
			throws IOException {
		Sample sample = target.measure(variant, scenario, duration);
		say(String.format(Locale.ROOT, "  %s, %s, %s: %,.0f requests/s, p50 %.2f ms, p99 %.2f ms", scenario.label(),
				stage, variant.label(), sample.requestsPerSecond(), sample.p50(), sample.p99()));
		return sample;
	}

	private static void say(String text) {
		System.out.println(text);
	}

}
