package org.exactlyonce.benchmark;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.support.GatewayClient;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Measures what retention does to those beside it, and to the disk: appends to another
 * topic while a long log is deleted at once, and PostgreSQL's table under a steady load
 * of many times what is kept. What is stored is checked afterwards; it fails on a wrong
 * log, never on a slow one.
 */
class RetentionBenchmark {

	private static final int CONNECTIONS = 8;

	private static final int PER_SECOND = Integer.getInteger("benchmark.appends", 200);

	/** Kept of the long log. */
	private static final long FEW_BYTES = 10_000;

	/**
	 * Kept under the steady load, which appends so many times as much. That takes
	 * minutes, as PostgreSQL looks for what to vacuum once a minute.
	 */
	private static final long RETENTION_BYTES = Long.getLong("benchmark.retention", 32_000_000);

	private static final int TIMES = 20;

	private static final int BATCH = 100;

	private static final Duration LOOK = Duration.ofMillis(200);

	/** More than two looks of retention. */
	private static final Duration STILL = Duration.ofSeconds(30);

	private static final Duration PATIENCE = Duration.ofMinutes(60);

	private final Settings settings = Settings.fromSystemProperties(20, 60, 1);

	private final long batches = LogFiller.lengths(Long.getLong("benchmark.batches", 1_000_000)).get(2);

	@TempDir(factory = DataFolder.class)
	private Path folder;

	@BeforeAll
	static void silencesPostgres() {
		Storage.silencePostgres();
	}

	@Test
	void measuresAppendsBesideAPurge() throws Exception {
		RunFacts.of(RetentionBenchmark.class.getSimpleName())
			.all()
			.forEach((what, value) -> say("%s: %s", what, value));
		for (Database database : this.settings.databases()) {
			try (StoredLog log = new StoredLog(database, this.folder.resolve(database.toString()), this.batches)) {
				say("%s, %,d batches, %d appends/s to another topic", log.product(), this.batches, PER_SECOND);
				log.fill((line) -> say("  %s", line));
				log.start();
				log.check();
				purge(log);
			}
		}
	}

	private void purge(StoredLog log) throws Exception {
		GatewayClient client = log.gateway().client();
		client.putTopic("other", "{\"partitions\": 1}");
		long bytes = partition(client, "records").get("bytes").longValue() / this.batches;
		long kept = 0;
		try (PacedAppends appends = new PacedAppends(log.gateway(), "/topics/other/partitions/0", CONNECTIONS,
				PER_SECOND, 1)) {
			watch(this.settings.warmUp(), () -> start(client) < 0);
			appends.cut();
			Histogram without = quiet(client, appends);
			Histogram beside = new Histogram(3);
			for (int round = 1; round <= this.settings.rounds(); round++) {
				long retention = Math.max(FEW_BYTES,
						this.batches * bytes / this.settings.rounds() * (this.settings.rounds() - round));
				kept = (retention + bytes - 1) / bytes;
				beside.add(purge(client, appends, retention, this.batches - kept));
				without.add(quiet(client, appends));
			}
			appends.stop();
			said("without, in all", without);
			said("beside, in all", beside);
			say("  p99 x %.2f, longest x %.2f",
					(double) beside.getValueAtPercentile(99) / without.getValueAtPercentile(99),
					(double) beside.getMaxValue() / without.getMaxValue());
			say("  %,d records of the other topic are there", appends.check(0));
		}
		assertThat(partition(client, "other").get("logStartOffset").longValue()).isZero();
		assertThat(partition(client, "records").get("logStartOffset").longValue()).isEqualTo(this.batches - kept);
		assertThat(partition(client, "records").get("bytes").longValue()).isEqualTo(kept * bytes);
		log.stop();
		assertThat(ask(log, "select count(*) from record_batch where partition_id = 0")).isEqualTo(kept);
		assertThat(ask(log, "select sum(octet_length(payload)) from record_batch where partition_id = 0"))
			.isEqualTo(kept * bytes);
		say("  the purged partition starts at %,d and has %,d batches", this.batches - kept, kept);
	}

	private Histogram quiet(GatewayClient client, PacedAppends appends) throws Exception {
		watch(this.settings.round(), () -> start(client) < 0);
		return said("without a purge", appends.cut());
	}

	/** For twice as long at most, as a purge may take very long. */
	private Histogram purge(GatewayClient client, PacedAppends appends, long retention, long end) throws Exception {
		long before = start(client);
		client.putTopic("records", "{\"retentionBytes\": " + retention + "}");
		assertThat(watch(PATIENCE, () -> start(client) > before)).isTrue();
		appends.cut();
		long began = System.nanoTime();
		long first = start(client);
		boolean over = watch(this.settings.round().multipliedBy(2), () -> start(client) >= end);
		Histogram latencies = said("beside a purge" + (over ? "" : ", which goes on"), appends.cut());
		for (long start = start(client); start < end; start = start(client)) {
			long last = start;
			assertThat(watch(STILL, () -> start(client) > last)).as("deletes on, at %d of %d", last, end).isTrue();
		}
		double seconds = (System.nanoTime() - began) / 1e9;
		say("    it deleted %,d batches in %.1f s, %,.0f batches/s", end - first, seconds, (end - first) / seconds);
		appends.cut();
		return latencies;
	}

	/** Looks as often whatever for, as what is compared has to have the same looks. */
	private static boolean watch(Duration most, BooleanSupplier over) throws Exception {
		long end = System.nanoTime() + most.toNanos();
		while (System.nanoTime() < end) {
			if (over.getAsBoolean()) {
				return true;
			}
			TimeUnit.NANOSECONDS.sleep(Math.min(LOOK.toNanos(), Math.max(0, end - System.nanoTime())));
		}
		return false;
	}

	@Test
	void measuresTheTableUnderASteadyLoad() throws Exception {
		assumeTrue(this.settings.databases().contains(Database.POSTGRESQL));
		try (StoredLog log = new StoredLog(Database.POSTGRESQL, this.folder.resolve("steady"), 0)) {
			log.start();
			GatewayClient client = log.gateway().client();
			client.putTopic("records", "{\"retentionBytes\": " + RETENTION_BYTES + "}");
			try (PacedAppends appends = new PacedAppends(log.gateway(), "/partitions/0", CONNECTIONS, PER_SECOND,
					BATCH)) {
				double growth = load(log, client, appends);
				appends.stop();
				said("all appends", appends.cut());
				client.putTopic("records", "{}"); // from here on nothing more is deleted
				JsonNode partition = partition(client, "records");
				say("  %,d records are kept, and there", appends.check(partition.get("logStartOffset").longValue()));
				assertThat(partition.get("bytes").longValue()).isGreaterThanOrEqualTo(RETENTION_BYTES);
				assertThat(growth).as("growth of the table in the second half of the load").isLessThan(1.5);
			}
		}
	}

	/** Returns by what the table has grown in the second half. */
	private static double load(StoredLog log, GatewayClient client, PacedAppends appends) throws Exception {
		Table table = new Table("appended", "vacuums", "s", "held MB", "table MB", "x retention");
		long began = System.nanoTime();
		long size = 1;
		long half = 1;
		assertThat(watch(PATIENCE, () -> end(client) > 0)).isTrue();
		long bytes = ask(log, "select max(octet_length(payload)) from record_batch");
		for (int times = 1; times <= TIMES; times++) {
			long end = times * RETENTION_BYTES / bytes * BATCH;
			assertThat(watch(PATIENCE, () -> end(client) >= end)).isTrue();
			size = ask(log, "select pg_total_relation_size('record_batch')");
			half = (times == TIMES / 2) ? size : half;
			long vacuums = ask(log, "select autovacuum_count from pg_stat_user_tables where relname = 'record_batch'");
			table.add("x " + times, Long.toString(vacuums), number((System.nanoTime() - began) / 1e9),
					number(partition(client, "records").get("bytes").longValue() / 1e6), number(size / 1e6),
					String.format(Locale.ROOT, "%.2f", (double) size / RETENTION_BYTES));
		}
		say("%s, retentionBytes %,d, %,d bytes a batch, %d batches/s%s", log.product(), RETENTION_BYTES, bytes,
				PER_SECOND, table.toText());
		return (double) size / half;
	}

	private static String number(double number) {
		return String.format(Locale.ROOT, "%.1f", number);
	}

	private static long ask(StoredLog log, String sql) throws Exception {
		try (Connection connection = log.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getLong(1);
		}
	}

	private static JsonNode partition(GatewayClient client, String topic) {
		return client.get("/topics/" + topic + "/partitions/0").json();
	}

	private static long start(GatewayClient client) {
		return partition(client, "records").get("logStartOffset").longValue();
	}

	private static long end(GatewayClient client) {
		return partition(client, "records").get("logEndOffset").longValue();
	}

	private static Histogram said(String what, Histogram latencies) {
		say("  %s: %,d appends, p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.2f ms (load average %.1f)", what,
				latencies.getTotalCount(), latencies.getValueAtPercentile(50) / 1e6,
				latencies.getValueAtPercentile(99) / 1e6, latencies.getValueAtPercentile(99.9) / 1e6,
				latencies.getMaxValue() / 1e6, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
		return latencies;
	}

	private static void say(String format, Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}

}
