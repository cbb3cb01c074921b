package org.exactlyonce.gateway.commit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordEncoder;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.RecordId;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a group of appends with ids takes, beside one with sequences: all of its
 * transaction, on a table of ids that is empty and on one with many. Fails on a wrong
 * outcome, never on a slow one.
 */
class IdsBenchmark {

	private static final int GROUP = Integer.getInteger("benchmark.group", 200);

	private static final int GROUPS = Integer.getInteger("benchmark.groups", 100);

	private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 7);

	private static final int IDS = Integer.getInteger("benchmark.ids", 10_000_000);

	private static final int IDS_ON_H2 = Integer.getInteger("benchmark.ids-on-h2", 1_000_000);

	private static final int STEP = 250_000;

	private static final String VALUE = "\"" + "x".repeat(98) + "\"";

	@TempDir
	private Path folder;

	private long nextId;

	private long nextSequence;

	@Test
	void measuresOnPostgres() {
		TestLog log = TestLog.onPostgres(PostgresServer.newDatabase());
		measure("PostgreSQL", log, IDS, """
				insert into record_id select 0, sha256(cast('filled-' || n as bytea)), 100, n, sha256('x'), now(), null
				from generate_series(cast(? as bigint), cast(? as bigint)) n""");
	}

	@Test
	void measuresOnH2() {
		TestLog log = TestLog.onH2(this.folder, 1);
		measure("H2", log, IDS_ON_H2, """
				insert into record_id select 0, hash('SHA-256', 'filled-' || x), 100, x, hash('SHA-256', 'x'),
					current_timestamp, null from system_range(cast(? as bigint), cast(? as bigint))""");
	}

	private void measure(String database, TestLog log, int filled, String fill) {
		List<ProducerIdentity> producers = new ArrayList<>();
		for (int i = 0; i < GROUP; i++) {
			producers.add(log.newProducer());
		}
		Supplier<List<AppendRequest>> sequences = () -> sequenced(producers);
		Supplier<List<AppendRequest>> ids = () -> identified("new-", GROUP);
		List<AppendRequest> known = identified("new-", GROUP);
		assertThat(log.bean(GroupTransaction.class).append(known)).allMatch(Judgement.Placed.class::isInstance);
		Supplier<List<AppendRequest>> duplicates = () -> known;
		for (int i = 0; i < 3; i++) { // the compiler
			micros(log, sequences);
			micros(log, ids);
			micros(log, duplicates);
		}
		double[] before = medians(log, List.of(sequences, ids, duplicates));
		say("%s, empty: %d appends with sequences %.0f us, with ids %.0f us (x %.2f), all known %.0f us", database,
				GROUP, before[0], before[1], before[1] / before[0], before[2]);
		for (long from = 0; from < filled; from += STEP) {
			long first = from;
			log.bean(org.springframework.transaction.support.TransactionOperations.class)
				.executeWithoutResult((status) -> log.jdbc.update(fill, first, first + STEP - 1));
		}
		for (int i = 0; i < 3; i++) {
			micros(log, ids);
		}
		double[] after = medians(log, List.of(sequences, ids, duplicates));
		say("%s, %d ids: with sequences %.0f us, with ids %.0f us (x %.2f, of empty x %.2f), all known %.0f us (of empty x %.2f)",
				database, filled, after[0], after[1], after[1] / after[0], after[1] / before[1], after[2],
				after[2] / before[2]);
		log.context.close();
	}

	/** In turn, so that all have the machine's slower moments. */
	private double[] medians(TestLog log, List<Supplier<List<AppendRequest>>> kinds) {
		double[][] all = new double[kinds.size()][ROUNDS];
		for (int round = 0; round < ROUNDS; round++) {
			for (int kind = 0; kind < kinds.size(); kind++) {
				all[kind][round] = micros(log, kinds.get(kind));
			}
		}
		return Arrays.stream(all).mapToDouble((one) -> {
			Arrays.sort(one);
			return one[one.length / 2];
		}).toArray();
	}

	private double micros(TestLog log, Supplier<List<AppendRequest>> requests) {
		GroupTransaction transaction = log.bean(GroupTransaction.class);
		List<List<AppendRequest>> groups = new ArrayList<>();
		for (int i = 0; i < GROUPS; i++) {
			groups.add(requests.get());
		}
		long start = System.nanoTime();
		for (List<AppendRequest> group : groups) {
			assertThat(transaction.append(group)).hasSize(GROUP);
		}
		return (System.nanoTime() - start) / 1000.0 / GROUPS;
	}

	private List<AppendRequest> sequenced(List<ProducerIdentity> producers) {
		long base = this.nextSequence++;
		return producers.stream()
			.map((producer) -> new AppendRequest(0, new AppendIdentity.Sequenced(producer, new SequenceRange(base, 1)),
					batch(TestRecords.json(VALUE)), Patience.NONE, null))
			.toList();
	}

	private List<AppendRequest> identified(String prefix, int count) {
		List<AppendRequest> requests = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String id = prefix + this.nextId++;
			LogRecord record = TestRecords.json(VALUE).withId(id);
			AppendIdentity identity = new AppendIdentity.Identified(0,
					List.of(RecordId.of(id, RecordEncoder.digestOf(record))), new int[1]);
			requests.add(new AppendRequest(0, identity, batch(record), Patience.NONE, null));
		}
		return requests;
	}

	private static EncodedBatch batch(LogRecord record) {
		RecordEncoder encoder = new RecordEncoder();
		encoder.add(record);
		return encoder.encode();
	}

	private static void say(String format, Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}

}
