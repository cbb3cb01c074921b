package org.exactlyonce.gateway.retention;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

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
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An id is forgotten when its record is deleted and old enough, and not before; with its
 * topic it goes at once. The process may end between any two transactions.
 */
@TestPropertySource(properties = "gateway.retention-interval=1h")
abstract class ForgottenIdsContract {

	private static final Duration REMEMBERED = Duration.ofHours(1);

	private static final AtomicInteger NAMES = new AtomicInteger();

	private final MovableClock clock = new MovableClock();

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

	private ForgottenIds forgottenIds;

	private String topic;

	/** With three batches in its partition 0: a, b and c. */
	@BeforeEach
	void makeATopic() {
		new RetentionByHand(this.context);
		this.gateway = new GatewayClient(this.port);
		this.forgottenIds = newForgottenIds();
		this.topic = "forgotten-" + NAMES.incrementAndGet();
		put("{\"partitions\": 2}");
		for (String id : new String[] { "a", "b", "c" }) {
			assertThat(append(id, 1).status()).isEqualTo(201);
		}
	}

	private ForgottenIds newForgottenIds() {
		return new ForgottenIds(this.transactions, this.clock, REMEMBERED);
	}

	private void put(String settings) {
		assertThat(this.gateway.putTopic(this.topic, settings).status()).isIn(200, 201);
	}

	private Answer append(String id, int value) {
		return append(0, "{\"id\": \"" + id + "\", \"value\": " + value + "}");
	}

	private Answer append(int partition, String records) {
		return this.gateway.post("/topics/" + this.topic + "/partitions/" + partition + "/records",
				"{\"records\": [" + records + "]}");
	}

	private static JsonNode place(Answer answer, int index) {
		return answer.json().get("records").get(index);
	}

	private int partition(int number) {
		return (int) number("select p.partition_id from log_partition p join topic t on t.id = p.topic_id "
				+ "where t.name = '" + this.topic + "' and p.partition_number = " + number);
	}

	private long ids(int partition) {
		return number("select count(*) from record_id where partition_id = " + partition);
	}

	private long number(String sql) {
		return new JdbcTemplate(this.database).queryForObject(sql, Long.class);
	}

	/** All records but those of the newest batch of each partition. */
	private void deleteRecords() {
		Instant newest = Instant.now();
		await().pollInterval(Duration.ofMillis(1)).until(() -> Instant.now().isAfter(newest.plusMillis(3)));
		put("{\"retentionMs\": 1}");
		RetentionInternals.expiredBatches(this.transactions, this.context.getBean(Clock.class)).delete(() -> true);
	}

	@Test
	void forgetsWhatIsDeletedAndOldEnough() {
		this.clock.set(REMEMBERED.multipliedBy(2));
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).as("old, and kept").isEqualTo(3);
		this.clock.set(Duration.ZERO);
		deleteRecords();
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).as("deleted, and not old").isEqualTo(3);
		Answer known = append("a", 1);
		assertThat(known.status()).isEqualTo(200);
		assertThat(place(known, 0).get("offset").isNull()).isTrue();
		assertThat(append("b", 2).status()).isEqualTo(422);
		this.clock.set(REMEMBERED.plusMinutes(1));
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).as("of the record that is kept").isOne();
		assertThat(place(append("c", 1), 0).get("offset").longValue()).isEqualTo(2);
		assertThat(append("b", 2).status()).as("as if it were new").isEqualTo(201);
	}

	@Test
	void forgetsEachInItsTime() {
		deleteRecords();
		makeOld(0);
		this.forgottenIds.forget(() -> true);
		assertThat(append("b", 1).status()).isEqualTo(200);
		assertThat(append("c", 1).status()).isEqualTo(200);
		assertThat(ids(partition(0))).isEqualTo(2);
		makeOld(1);
		makeOld(2);
		newForgottenIds().forget(() -> true);
		assertThat(ids(partition(0))).isOne();
	}

	private void makeOld(long offset) {
		this.operations.executeWithoutResult((status) -> new JdbcTemplate(this.database)
			.update("update record_id set appended_at = appended_at - interval '2' hour "
					+ "where partition_id = ? and record_offset = ?", partition(0), offset));
	}

	@Test
	void looksAgainWhenMoreIsDeleted() {
		this.clock.set(REMEMBERED.plusMinutes(1));
		deleteRecords();
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).isOne();
		append(0, "{\"value\": 1}");
		deleteRecords();
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).as("none is left").isZero();
		append("d", 1);
		this.forgottenIds.forget(() -> true);
		append(0, "{\"value\": 2}");
		deleteRecords();
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).as("one that came later").isZero();
		assertThat(append("d", 2).status()).isEqualTo(201);
	}

	@Test
	void leavesOtherPartitionsAlone() {
		append(1, "{\"id\": \"d\", \"value\": 1}");
		deleteRecords();
		this.clock.set(REMEMBERED.plusMinutes(1));
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).isOne();
		assertThat(ids(partition(1))).isOne();
	}

	@Test
	void goesOnWhereverItWasCutOff() {
		append(0,
				IntStream.range(0, 2500)
					.mapToObj((i) -> "{\"id\": \"n-" + i + "\", \"value\": 1}")
					.collect(Collectors.joining(",")));
		append("last", 1);
		deleteRecords();
		this.clock.set(REMEMBERED.plusMinutes(1));
		long left = ids(partition(0));
		assertThat(left).isEqualTo(2504);
		while (left > 1) {
			long before = left;
			// and the process ends here
			newForgottenIds().forget(() -> ids(partition(0)) == before);
			left = ids(partition(0));
			assertThat(left).isLessThan(before).isGreaterThanOrEqualTo(Math.max(1, before - 250));
		}
		assertThat(left).isOne();
		assertThat(append("n-0", 2).status()).isEqualTo(201);
		assertThat(append("last", 1).status()).isEqualTo(200);
	}

	@Test
	void remembersARequestAsLongAsOneOfItsRecordsIsKept() {
		String path = "/topics/" + this.topic + "/records";
		byte[] body = "{\"records\": [{\"partition\": 0, \"value\": 1}, {\"partition\": 1, \"value\": 2}]}"
			.getBytes(StandardCharsets.UTF_8);
		String[] headers = { "Content-Type", "application/json", "Idempotency-Key", "request" };
		assertThat(this.gateway.send("POST", path, body, headers).status()).isEqualTo(201);
		append("d", 1);
		deleteRecords();
		this.clock.set(REMEMBERED.plusMinutes(1));
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(0))).isOne();
		Answer again = this.gateway.send("POST", path, body, headers);
		assertThat(again.status()).as(again.text()).isEqualTo(200);
		assertThat(place(again, 0).get("offset").isNull()).isTrue();
		assertThat(place(again, 0).get("partition").intValue()).isZero();
		assertThat(place(again, 1).get("offset").longValue()).isZero();
		assertThat(ids(partition(0))).isOne();
		assertThat(ids(partition(1))).as("moved on to the record that is kept").isOne();
		append(1, "{\"value\": 3}");
		deleteRecords();
		this.forgottenIds.forget(() -> true);
		assertThat(ids(partition(1))).isZero();
		assertThat(this.gateway.send("POST", path, body, headers).status()).as("as if it were new").isEqualTo(201);
	}

	@Test
	void purgesTheIdsOfADeletedTopicWhereverThatWasCutOff() {
		for (int done = 0; done <= 4; done++) {
			int former = partition(0);
			assertThat(this.gateway.send("DELETE", "/topics/" + this.topic, null).status()).isEqualTo(204);
			AtomicInteger left = new AtomicInteger(done);
			new DeletedTopics(this.transactions).purge(() -> left.getAndDecrement() > 0);
			put("{\"partitions\": 2}");
			assertThat(append("a", 7 + done).status()).as("after %d steps", done).isEqualTo(201);
			new DeletedTopics(this.transactions).purge(() -> true);
			assertThat(ids(former)).isZero();
			assertThat(append("a", 7 + done).status()).as("the new one's").isEqualTo(200);
			assertThat(append("a", 1).status()).isEqualTo(422);
		}
		assertThat(number("select count(*) from record_id where partition_id not in "
				+ "(select partition_id from log_partition)"))
			.isZero();
	}

}
