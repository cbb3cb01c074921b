package org.exactlyonce.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.DoubleStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how fast one reader reads a log back in NDJSON where every batch has one
 * record, which is a row each: {@code -Dbenchmark.batches} of them, from the first to the
 * last, once a round, on both databases. Every record is checked; it fails on a wrong
 * one, never on a slow one.
 */
class ReadBenchmark {

	private final Settings settings = Settings.fromSystemProperties(20, 0, 5);

	private final long batches = LogFiller.lengths(Long.getLong("benchmark.batches", 300_000)).get(2);

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@BeforeAll
	static void silencesPostgres() {
		Storage.silencePostgres();
	}

	@Test
	void measuresBatchesOfOneRecord() throws Exception {
		for (Database database : this.settings.databases()) {
			try (StoredLog log = new StoredLog(database, this.folder.resolve(database.toString()), this.batches)) {
				say("%s, JDK %d, %,d batches of a record", log.product(), Runtime.version().feature(), this.batches);
				log.fill((line) -> say("  %s", line));
				log.start();
				log.check();
				warmUp(log);
				measure(log);
			}
		}
	}

	private void warmUp(StoredLog log) throws IOException {
		long end = System.nanoTime() + this.settings.warmUp().toNanos();
		do {
			log.readBack();
		}
		while (System.nanoTime() < end);
	}

	private void measure(StoredLog log) throws IOException {
		double[] rates = new double[this.settings.rounds()];
		for (int round = 0; round < rates.length; round++) {
			rates[round] = log.readBack();
			say("  round %d: %,.0f records/s", round + 1, rates[round]);
		}
		say("  median: %,.0f records/s", Median.of(DoubleStream.of(rates)));
	}

	private static void say(String format, Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}

}
