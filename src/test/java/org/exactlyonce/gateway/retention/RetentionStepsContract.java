package org.exactlyonce.gateway.retention;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.MovableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Between any two transactions of retention the process may end, the topic be set
 * otherwise, or be deleted: what is left is right, and the next look goes on from there.
 */
@TestPropertySource(properties = "gateway.retention-interval=1h")
abstract class RetentionStepsContract {

	private static final AtomicInteger NAMES = new AtomicInteger();

	@LocalServerPort
	private int port;

	@Autowired
	private DataSource database;

	@Autowired
	private ApplicationContext context;

	@Autowired
	private Transactions transactions;

	@Autowired
	private TransactionOperations operations;

	private GatewayClient gateway;

	private RetentionByHand retention;

	private String topic;

	private long producer;

	private int partition;

	/** Three batches of two records, and of no age. */
	@BeforeEach
	void makeATopic() {
		this.gateway = new GatewayClient(this.port);
		this.retention = new RetentionByHand(this.context);
		this.topic = "steps-" + NAMES.incrementAndGet();
		put("{\"partitions\": 1}");
		this.producer = this.gateway.newProducer();
		append(0, 2);
		append(2, 2);
		append(4, 2);
		Instant newest = Instant.now();
		await().pollInterval(Duration.ofMillis(1)).until(() -> Instant.now().isAfter(newest.plusMillis(3)));
		this.partition = (int) number("select partition_id from log_partition where topic_id = "
				+ "(select id from topic where name = '" + this.topic + "')");
	}

	private void put(String settings) {
		Answer answer = this.gateway.send("PUT", "/topics/" + this.topic, settings.getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json");
		assertThat(answer.status()).isIn(200, 201);
	}

	private int delete() {
		return this.gateway.send("DELETE", "/topics/" + this.topic, null).status();
	}

	private Answer append(long sequence, int count) {
		List<String> records = new ArrayList<>();
		for (long i = sequence; i < sequence + count; i++) {
			records.add("{\"value\": " + i + "}");
		}
		return this.gateway.post(path() + "/records", "{\"producerId\": " + this.producer + ", \"baseSequence\": "
				+ sequence + ", \"records\": [" + String.join(",", records) + "]}");
	}

	private String path() {
		return "/topics/" + this.topic + "/partitions/0";
	}

	private long bytes() {
		return this.gateway.get(path()).json().get("bytes").longValue();
	}

	/** In the table, whatever may be read. */
	private long batches() {
		return number("select count(*) from record_batch where partition_id = " + this.partition);
	}

	private long start() {
		return number(
				"select coalesce(max(log_start_offset), -1) from log_partition where partition_id = " + this.partition);
	}

	private long number(String sql) {
		return new JdbcTemplate(this.database).queryForObject(sql, Long.class);
	}

	/** One that no look has been made with, as after a start. */
	private ExpiredBatches newExpiredBatches() {
		return RetentionInternals.expiredBatches(this.transactions, this.context.getBean(Clock.class));
	}

	/** One that has done what a start does. */
	private ExpiredBatches oldExpiredBatches() {
		ExpiredBatches old = newExpiredBatches();
		old.delete(() -> true);
		assertThat(start()).isZero();
		return old;
	}

	/** Does something once, before the first transaction it is asked before. */
	private static BooleanSupplier first(Runnable work) {
		AtomicInteger asked = new AtomicInteger();
		return () -> {
			if (asked.getAndIncrement() == 0) {
				work.run();
			}
			return true;
		};
	}

	private void assertNothingIsLeft() {
		new DeletedTopics(this.transactions).purge(() -> true);
		assertThat(batches()).isZero();
		assertThat(start()).as("no row").isEqualTo(-1);
		assertThat(number("select count(*) from producer_sequence where producer_id = " + this.producer)).isZero();
	}

	/** A replica whose clock jumps would delete what all others have just stored. */
	@Test
	void aClockAheadOfTheDatabasesDeletesNothing() {
		put("{\"partitions\": 1, \"retentionMs\": " + Duration.ofDays(7).toMillis() + "}");
		MovableClock clock = new MovableClock();
		Store store = this.context.getBean(Store.class);
		EarlierClock earlier = new EarlierClock(clock, store, this.transactions);
		clock.set(Duration.ofDays(8));
		earlier.look();
		RetentionInternals.expiredBatches(this.transactions, earlier).delete(() -> true);
		assertThat(start()).isEqualTo(store.isShared() ? 0 : 4);
	}

	/** Nor does one that jumps while a look lasts, which may be hours. */
	@Test
	void aClockThatJumpsGoesOnAsTimeDoes() {
		MovableClock clock = new MovableClock();
		EarlierClock earlier = new EarlierClock(clock, this.context.getBean(Store.class), this.transactions);
		assertThat(earlier.instant()).isBefore(Instant.EPOCH.plus(Duration.ofDays(1)));
		earlier.look();
		clock.set(Duration.ofDays(8));
		assertThat(earlier.instant()).isBetween(Instant.now().minusSeconds(5), Instant.now());
		clock.set(Duration.ofDays(-8));
		assertThat(earlier.instant()).isBefore(Instant.now().minus(Duration.ofDays(7)));
	}

	@Test
	void deletesWhatWasLeftBelowAStart() {
		long bytes = bytes();
		put("{\"retentionMs\": 1}");
		newExpiredBatches().delete(() -> start() == 0); // and the process ends here
		assertThat(start()).isEqualTo(4);
		assertThat(batches()).isEqualTo(3);
		assertThat(bytes()).isEqualTo(bytes / 3);
		assertThat(this.gateway.get(path() + "/records?offset=3").status()).isEqualTo(410);
		assertThat(append(0, 2).status()).isEqualTo(200);
		assertThat(append(6, 2).json().get("baseOffset").longValue()).isEqualTo(6);
		put("{}"); // what is below the start goes all the same
		newExpiredBatches().delete(() -> true);
		assertThat(batches()).isEqualTo(2);
		assertThat(start()).isEqualTo(4);
		assertThat(bytes()).isEqualTo(bytes / 3 * 2);
		assertThat(append(0, 2).json().get("baseOffset").isNull()).isTrue();
	}

	/** A database that fails over may have lost it: then all is promised again. */
	@Test
	void deletesNothingIfTheCommitOfTheStartIsLost() {
		put("{\"retentionMs\": 1}");
		AtomicInteger lost = new AtomicInteger();
		newExpiredBatches().delete(() -> {
			if (start() == 4 && lost.getAndIncrement() == 0) {
				put("{}");
				setStart(0);
			}
			return true;
		});
		assertThat(lost).hasPositiveValue();
		assertThat(batches()).isEqualTo(3);
		assertThat(this.gateway.get(path() + "/records").json().get("records")).hasSize(6);
	}

	private void setStart(long start) {
		this.operations.executeWithoutResult((status) -> new JdbcTemplate(this.database)
			.update("update log_partition set log_start_offset = ? where partition_id = ?", start, this.partition));
	}

	/** Not only at a start: the next thing to expire may be far off. */
	@Test
	void deletesAtTheNextLookWhatOneThatFailedLeftBelowAStart() {
		ExpiredBatches old = oldExpiredBatches();
		put("{\"retentionMs\": 1}");
		assertThatIllegalStateException().isThrownBy(() -> old.delete(() -> {
			if (start() == 4) {
				throw new IllegalStateException("between the two");
			}
			return true;
		}));
		assertThat(batches()).isEqualTo(3);
		put("{}");
		old.delete(() -> true);
		assertThat(batches()).isOne();
	}

	/** What is left below a start, too. */
	@Test
	void onePartitionThatFailsDoesNotStopTheOthers() {
		put("{\"retentionMs\": 1}");
		newExpiredBatches().delete(() -> start() == 0);
		int locked = this.partition;
		makeATopic();
		put("{\"retentionMs\": 1}");
		this.operations.executeWithoutResult((status) -> {
			assertThat(new JdbcTemplate(this.database).queryForList(
					"select base_offset from record_batch where partition_id = ? and base_offset = 0 for update",
					locked))
				.hasSize(1);
			CompletableFuture<Void> look = CompletableFuture.runAsync(() -> newExpiredBatches().delete(() -> true));
			// an idle transaction would be ended
			await().atMost(Duration.ofMinutes(1)).until(() -> number("select 1") > 0 && look.isDone());
			assertThat(look).isCompletedExceptionally();
		});
		assertThat(start()).isEqualTo(4);
		assertThat(batches()).isOne();
		newExpiredBatches().delete(() -> true);
		assertThat(number("select count(*) from record_batch where partition_id = " + locked)).isOne();
	}

	@Test
	void goesByTheSettingOfTheMomentItDeletes() {
		ExpiredBatches old = oldExpiredBatches();
		put("{\"retentionMs\": 1}");
		old.delete(first(() -> put("{\"retentionMs\": 3600000}")));
		assertThat(start()).isZero();
		assertThat(batches()).isEqualTo(3);
		put("{\"retentionBytes\": 1}");
		long bytes = bytes();
		old.delete(first(() -> put("{\"retentionBytes\": " + bytes / 3 * 2 + "}")));
		assertThat(start()).isEqualTo(2);
	}

	@Test
	void leavesATopicAloneThatIsDeletedBeforeItsStartRises() {
		ExpiredBatches old = oldExpiredBatches();
		put("{\"retentionMs\": 1}");
		old.delete(first(() -> assertThat(delete()).isEqualTo(204)));
		assertThat(start()).isZero();
		assertThat(batches()).isEqualTo(3);
		assertNothingIsLeft();
	}

	@Test
	void finishesWithATopicThatIsDeletedWhenItsStartHasRisen() {
		put("{\"retentionMs\": 1}");
		newExpiredBatches().delete(() -> {
			if (start() == 4 && this.gateway.get(path()).status() == 200) {
				assertThat(delete()).isEqualTo(204);
			}
			return true;
		});
		assertThat(batches()).isOne();
		assertNothingIsLeft();
	}

	@Test
	void letsADeletionWaitForTheTransactionThatRaisesAStart() {
		put("{\"retentionMs\": 1}");
		CompletableFuture<Integer> deletion = this.transactions.inRoundTrips((statements) -> {
			RetentionTables tables = new RetentionTables(statements);
			RetainedLog log = tables
				.lockTopic(tables.retained()
					.stream()
					.filter((one) -> one.partition() == this.partition)
					.findFirst()
					.orElseThrow())
				.orElseThrow();
			CompletableFuture<Integer> begun = CompletableFuture.supplyAsync(this::delete);
			await().during(Duration.ofMillis(300)).until(() -> !begun.isDone());
			assertThat(tables.raiseStart(log, 4, 0)).isTrue();
			return begun;
		});
		assertThat(deletion.join()).isEqualTo(204);
		assertThat(start()).isEqualTo(4);
		assertNothingIsLeft();
	}

	@Test
	void waitsForNobodyWhoHasTheTopic() {
		put("{\"retentionMs\": 1}");
		this.operations.executeWithoutResult((status) -> {
			new JdbcTemplate(this.database).queryForList("select id from topic where name = ? for update", this.topic);
			CompletableFuture.runAsync(this.retention::look).join();
			assertThat(start()).isZero();
		});
		this.retention.look();
		assertThat(start()).isEqualTo(4);
	}

	@Test
	void goesOnWithAPurgeWhereverItWasCutOff() {
		for (int done = 0; done <= 3; done++) {
			assertThat(delete()).isEqualTo(204);
			AtomicInteger left = new AtomicInteger(done);
			new DeletedTopics(this.transactions).purge(() -> left.getAndDecrement() > 0);
			assertThat(this.gateway.get(path()).status()).isEqualTo(404);
			put("{\"partitions\": 1}");
			assertThat(append(0, 2).json().get("baseOffset").longValue()).isZero();
			assertThat(number("select count(*) from log_partition where topic_id is null")).as("after %d steps", done)
				.isEqualTo((done < 3) ? 1 : 0);
			new DeletedTopics(this.transactions).purge(() -> true);
			assertThat(number("select count(*) from log_partition where topic_id is null")).isZero();
			assertThat(append(0, 2).json().get("baseOffset").longValue()).as("the new one").isZero();
		}
		assertThat(number("select count(*) from record_batch where partition_id = " + this.partition)).isZero();
		assertThat(number("select count(*) from producer_sequence where producer_id = " + this.producer)).isOne();
	}

	@Test
	void tellsNoOffsetOfWhatIsDeletedThoughItWasComparedJustBefore() {
		assertThat(append(0, 1).json().get("baseOffset").longValue()).as("batched otherwise").isZero();
		put("{\"retentionMs\": 1}");
		this.retention.look();
		Answer retry = append(0, 1);
		assertThat(retry.status()).isEqualTo(200);
		assertThat(retry.json().get("baseOffset").isNull()).isTrue();
	}

}
