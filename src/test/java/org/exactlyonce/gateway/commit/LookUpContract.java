package org.exactlyonce.gateway.commit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.log.LogInternals;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.store.Transactions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.ConnectionCallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.commit.TestLog.request;

/** A look-up reads the rows it needs and not all before them, among 100 000 batches. */
@Tag("slow")
abstract class LookUpContract {

	private static final long ROWS = 100_000;

	private final TestLog log;

	private final Plan plan;

	private int partition;

	private ProducerIdentity producer = new ProducerIdentity(0, 0);

	LookUpContract(TestLog log, Plan plan) {
		this.log = log;
		this.plan = plan;
	}

	@BeforeEach
	void storeManyBatches() {
		this.partition = this.log.newPartition();
		this.producer = this.log.newProducer();
		EncodedBatch batch = TestRecords.batch(List.of(TestRecords.json("1")));
		this.log.stored(request(this.partition, this.producer, 0, "1"));
		this.log.update("""
				insert into record_batch (partition_id, base_offset, record_count, producer_id, producer_epoch,
					base_sequence, digest, payload, appended_at)
				select cast(? as integer), g.x, 1, cast(? as bigint), 0, g.x, cast(? as bytea), cast(? as bytea),
					current_timestamp
				from %s g(x)""".formatted(this.plan.numbers(ROWS)), this.partition, this.producer.producerId(),
				batch.digest(), batch.payload());
		this.log.update("update producer_sequence set last_sequence = ?, last_offset = ? where producer_id = ?", ROWS,
				ROWS, this.producer.producerId());
		this.log.update("update log_partition set log_end_offset = ? where partition_id = ?", ROWS + 1, this.partition);
		this.log.inTransaction(() -> {
			this.log.jdbc.execute("analyze");
			return null;
		});
	}

	@Test
	void readOnlyTheRowsTheyNeed() {
		assertThat(this.log.page(this.partition, ROWS - 1, 2).records()).hasSize(2);
		this.log.bean(Transactions.class).inRoundTrips((statements) -> {
			LogInternals indexes = new LogInternals(statements, this.producer.producerId(), this.partition);
			long middle = ROWS / 2;
			check(() -> assertThat(indexes.floorOfOffset(middle)).hasValue(middle), this.partition, middle);
			check(() -> assertThat(indexes.floorOfSequence(middle)).hasValue(middle), this.partition,
					this.producer.producerId(), middle);
			check(() -> assertThat(indexes.countBatches(middle, ROWS, 3)).isEqualTo(3), this.partition, middle, ROWS,
					3);
			check(() -> assertThat(indexes.countLargePayloads(middle, middle)).isZero(), this.partition, middle,
					middle);
			check(() -> assertThat(indexes.countLoadedBySequence(middle, middle + 1)).isEqualTo(2), this.partition,
					this.producer.producerId(), middle, middle + 1);
			return indexes;
		});
		AppendRequest retry = request(this.partition, this.producer, ROWS / 2, "1");
		List<Retry> retries = List.of(new Retry(Appends.pending(retry), Appends.repeated(retry, ROWS + 1)));
		List<Optional<Receipt>> receipts = new ArrayList<>();
		check(() -> receipts.addAll(this.log.bean(DuplicateVerifier.class).verify(retries)),
				new Integer[] { this.partition }, new Long[] { this.producer.producerId() }, new Long[] { ROWS / 2 });
		assertThat(receipts.get(0)).map(Receipt::baseOffset).hasValue(ROWS / 2);
	}

	/** Takes the one statement of the work and asks the database how it goes about it. */
	private void check(Runnable work, Object... arguments) {
		List<String> statements = StatementLog.during(work);
		assertThat(statements).hasSize(1);
		String explained = this.plan.explain() + statements.get(0);
		String plan = this.log.inTransaction(() -> this.log.jdbc.execute((ConnectionCallback<String>) (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(explained)) {
				for (int i = 0; i < arguments.length; i++) {
					bind(connection, statement, i + 1, arguments[i]);
				}
				return text(statement.executeQuery());
			}
		}));
		this.plan.check(String.valueOf(plan));
	}

	private static void bind(Connection connection, PreparedStatement statement, int index, Object argument)
			throws SQLException {
		if (argument instanceof Object[] array) {
			statement.setArray(index,
					connection.createArrayOf((argument instanceof Integer[]) ? "integer" : "bigint", array));
		}
		else {
			statement.setObject(index, argument);
		}
	}

	private static String text(ResultSet rows) throws SQLException {
		StringBuilder text = new StringBuilder();
		while (rows.next()) {
			text.append(rows.getString(1)).append('\n');
		}
		return text.toString();
	}

	/** How a database explains itself. */
	interface Plan {

		String numbers(long count);

		String explain();

		void check(String plan);

	}

	static final class H2Plan implements Plan {

		private static final Pattern SCAN_COUNT = Pattern.compile("scanCount: (\\d+)");

		@Override
		public String numbers(long count) {
			return "system_range(1, " + count + ")";
		}

		@Override
		public String explain() {
			return "explain analyze ";
		}

		@Override
		public void check(String plan) {
			Matcher counts = SCAN_COUNT.matcher(plan);
			assertThat(counts.find()).as(plan).isTrue();
			do {
				assertThat(Long.parseLong(counts.group(1))).as(plan).isLessThanOrEqualTo(10);
			}
			while (counts.find());
		}

	}

	static final class PostgresPlan implements Plan {

		@Override
		public String numbers(long count) {
			return "generate_series(1, " + count + ")";
		}

		@Override
		public String explain() {
			return "explain ";
		}

		@Override
		public void check(String plan) {
			assertThat(plan).contains("Index Cond").doesNotContain("Seq Scan on record_batch").doesNotContain("Sort");
		}

	}

}
