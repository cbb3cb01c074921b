package org.exactlyonce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.exactlyonce.gateway.retention.RetentionInternals;
import org.exactlyonce.gateway.store.Transactions;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** A topic keeps what its retention says, and never forgets a sequence. */
@TestPropertySource(properties = "gateway.retention-interval=100ms")
abstract class RetentionContract {

	private static final AtomicInteger NAMES = new AtomicInteger();

	@LocalServerPort
	private int port;

	@Autowired
	private DataSource database;

	@Autowired
	private TransactionOperations transactions;

	@Autowired
	private Transactions rows;

	private GatewayClient gateway;

	private String topic;

	private long producer;

	@BeforeEach
	void makeATopic() {
		this.gateway = new GatewayClient(this.port);
		this.topic = "kept-" + NAMES.incrementAndGet();
		put("{\"partitions\": 1}");
		this.producer = this.gateway.newProducer();
	}

	private void put(String settings) {
		Answer answer = this.gateway.send("PUT", "/topics/" + this.topic, settings.getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json");
		assertThat(answer.status()).isIn(200, 201);
	}

	private String partition() {
		return "/topics/" + this.topic + "/partitions/0";
	}

	private Answer read(String query, String... headers) {
		return this.gateway.send("GET", partition() + "/records" + query, null, headers);
	}

	private Answer append(long sequence, int count) {
		List<String> records = new ArrayList<>();
		for (long i = sequence; i < sequence + count; i++) {
			records.add("{\"value\": \"" + i + "x".repeat(100) + "\"}");
		}
		return this.gateway.post(partition() + "/records", "{\"producerId\": " + this.producer + ", \"baseSequence\": "
				+ sequence + ", \"records\": [" + String.join(",", records) + "]}");
	}

	private JsonNode look() {
		return this.gateway.get(partition()).json();
	}

	private void awaitStart(long offset) {
		Awaitility.await().until(() -> look().get("logStartOffset").longValue() == offset);
	}

	/** Three batches of two records, the first two of which are deleted by age. */
	private void deleteTwoBatches() {
		append(0, 2);
		append(2, 2);
		append(4, 2);
		put("{\"retentionMs\": 1}");
		awaitStart(4);
		// the batches go a moment later
		Awaitility.await().until(() -> rows("select count(*) from record_batch") == 1);
	}

	@Test
	void deletesByAgeAllButTheNewestBatch() {
		deleteTwoBatches();
		assertThat(look().get("logEndOffset").longValue()).isEqualTo(6);
		JsonNode page = read("").json();
		assertThat(page.get("records")).extracting((record) -> record.get("offset").longValue())
			.containsExactly(4L, 5L);
		assertThat(rows("select count(*) from record_batch")).isEqualTo(1);
		assertThat(metric("gateway_retention_records_total{")).isGreaterThanOrEqualTo(4);
		double bytes = look().get("bytes").doubleValue();
		Awaitility.await()
			.until(() -> metric("gateway_topic_size_bytes{application=\"exactly-once-gateway\",topic=\"" + this.topic
					+ "\"}") == bytes);
	}

	private double metric(String start) {
		return this.gateway.get("/actuator/prometheus")
			.text()
			.lines()
			.filter((line) -> line.startsWith(start))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
			.findFirst()
			.orElse(Double.NaN);
	}

	@Test
	void deletesBySizeWhileWhatRemainsIsEnough() {
		for (int i = 0; i < 10; i++) {
			append(i, 1);
		}
		long bytes = look().get("bytes").longValue();
		assertThat(bytes).isBetween(1000L, 2000L);
		put("{\"retentionBytes\": " + (bytes / 10 * 3 + 1) + "}");
		awaitStart(6);
		assertThat(look().get("bytes").longValue()).isGreaterThanOrEqualTo(bytes / 10 * 3 + 1).isLessThan(bytes / 2);
		put("{\"retentionBytes\": 1}");
		awaitStart(9);
	}

	@Test
	void keepsAllWithoutARetention() {
		append(0, 2);
		append(2, 2);
		put("{\"retentionMs\": 600000, \"retentionBytes\": 100000}");
		long look = rows("select count(*) from record_batch");
		Awaitility.await()
			.during(Duration.ofMillis(500))
			.until(() -> rows("select count(*) from record_batch") == look);
		assertThat(look().get("logStartOffset").longValue()).isZero();
	}

	@Test
	void deletesMoreThanATransactionTakes() {
		for (int i = 0; i < 700; i++) {
			append(i, 1);
		}
		put("{\"retentionMs\": 1}");
		awaitStart(699);
		Awaitility.await().until(() -> rows("select count(*) from record_batch") == 1);
		assertThat(look().get("bytes").longValue()).isBetween(100L, 200L);
	}

	@Test
	void refusesReadsBelowTheStart() {
		deleteTwoBatches();
		for (String offset : List.of("0", "3")) {
			for (String accept : List.of("application/json", "application/x-ndjson", "text/event-stream")) {
				Answer below = read("?offset=" + offset, "Accept", accept);
				assertProblem(below, 410, "OFFSET_OUT_OF_RANGE", "resync");
				assertThat(below.json().get("logStartOffset").longValue()).isEqualTo(4);
				assertThat(below.json().get("logEndOffset").longValue()).isEqualTo(6);
			}
		}
		assertProblem(read("", "Accept", "text/event-stream", "Last-Event-ID", "1"), 410, "OFFSET_OUT_OF_RANGE",
				"resync");
		assertProblem(read("/3"), 404, "UNKNOWN_OFFSET", "fix-request");
		assertThat(read("/4").status()).isEqualTo(200);
	}

	@Test
	void knowsWordsForTheEnds() {
		deleteTwoBatches();
		assertThat(read("?offset=earliest").json()).isEqualTo(read("").json());
		JsonNode latest = read("?offset=latest").json();
		assertThat(latest.get("records")).isEmpty();
		assertThat(latest.get("nextOffset").longValue()).isEqualTo(6);
		assertProblem(read("?offset=newest"), 400, "INVALID_REQUEST", "fix-request");
	}

	@Test
	void startsAtATime() {
		append(0, 2);
		String second = append(2, 2).json().get("appendedAt").asString();
		Awaitility.await().pollDelay(Duration.ofMillis(5)).until(() -> true);
		append(4, 1);
		assertThat(read("?since=1970-01-01T00:00:00Z").json().at("/records/0/offset").longValue()).isZero();
		assertThat(read("?since=" + second).json().at("/records/0/offset").longValue()).isLessThanOrEqualTo(2);
		JsonNode later = read("?since=2999-01-01T00:00:00Z").json();
		assertThat(later.get("records")).isEmpty();
		assertThat(later.get("nextOffset").longValue()).isEqualTo(5);
		String third = read("?offset=4").json().at("/records/0/appendedAt").asString();
		assertThat(read("?since=" + third).json().at("/records/0/offset").longValue()).isEqualTo(4);
		assertProblem(read("?since=yesterday"), 400, "INVALID_REQUEST", "fix-request");
		assertProblem(read("?since=" + second + "&offset=1"), 400, "INVALID_REQUEST", "fix-request");
	}

	@Test
	void neverForgetsASequence() {
		deleteTwoBatches();
		Answer duplicate = append(0, 2);
		assertThat(duplicate.status()).isEqualTo(200);
		JsonNode receipt = duplicate.json();
		assertThat(receipt.get("duplicate").booleanValue()).isTrue();
		assertThat(receipt.get("baseOffset").isNull()).isTrue();
		assertThat(receipt.get("lastOffset").isNull()).isTrue();
		assertThat(receipt.get("appendedAt").isNull()).isTrue();
		assertThat(receipt.get("nextSequence").longValue()).isEqualTo(6);
		assertThat(append(1, 3).json().get("baseOffset").isNull()).as("batched otherwise").isTrue();
		assertThat(append(4, 2).json().get("baseOffset").longValue()).as("still there").isEqualTo(4);
		assertThat(append(5, 1).json().get("baseOffset").longValue()).isEqualTo(5);
		assertProblem(append(7, 1), 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(append(6, 1).json().get("baseOffset").longValue()).isEqualTo(6);
	}

	/** As a replica leaves them that stops once the start is raised. */
	@Test
	void tellsNoOffsetOfRecordsWhoseRowsAreStillThere() {
		append(0, 2);
		append(2, 2);
		append(4, 2);
		update("update log_partition set log_start_offset = 4, held_bytes = null "
				+ "where topic_id = (select id from topic where name = ?)", this.topic);
		for (Answer duplicate : List.of(append(0, 2), append(2, 2), append(1, 3))) {
			assertThat(duplicate.status()).isEqualTo(200);
			assertThat(duplicate.json().get("baseOffset").isNull()).isTrue();
			assertThat(duplicate.json().get("lastOffset").isNull()).isTrue();
			assertThat(duplicate.json().get("appendedAt").isNull()).isTrue();
		}
		assertThat(rows("select count(*) from record_batch")).isEqualTo(3);
		assertThat(append(4, 2).json().get("baseOffset").longValue()).isEqualTo(4);
		assertThat(read("?since=" + "2000-01-01T00:00:00.0001Z").json().at("/records/0/offset").longValue())
			.isEqualTo(4);
	}

	@Test
	void tellsNoOffsetOfAProducerThatIsDeleted() {
		append(0, 2);
		long other = this.gateway.newProducer();
		this.gateway.post(partition() + "/records",
				"{\"producerId\": " + other + ", \"baseSequence\": 0, \"records\": [{\"value\": 1}]}");
		put("{\"retentionMs\": 1}");
		awaitStart(2);
		JsonNode state = this.gateway.get("/producers/" + this.producer).json().at("/partitions/0");
		assertThat(state.get("lastOffset").isNull()).isTrue();
		assertThat(state.get("nextSequence").longValue()).isEqualTo(2);
		assertThat(this.gateway.get("/producers/" + other).json().at("/partitions/0/lastOffset").longValue())
			.isEqualTo(2);
	}

	@Test
	void keepsWhatARelayHasNotBroughtToKafka() {
		append(0, 2);
		append(2, 2);
		append(4, 2);
		update("insert into relay_lease (partition_id, held_until, relayed_offset, topic) select partition_id, "
				+ "current_timestamp, 3, 'copy' from log_partition where topic_id = (select id from topic where name = ?)",
				this.topic);
		put("{\"retentionMs\": 1}");
		awaitStart(2);
		Awaitility.await().during(Duration.ofMillis(500)).until(() -> look().get("logStartOffset").longValue() == 2);
		Awaitility.await().until(() -> metric("gateway_retention_overdue_seconds{") > 0);
		update("update relay_lease set relayed_offset = 6 where topic = 'copy'");
		awaitStart(4);
		update("delete from relay_lease where topic = 'copy'");
		Awaitility.await().until(() -> metric("gateway_retention_overdue_seconds{") == 0);
	}

	/** They are copied to the name of who takes them over. */
	@Test
	void passesOverLeasesOfVersionWithoutTopicsBesideOthers() {
		append(0, 2);
		append(2, 2);
		String leases = "insert into relay_lease (partition_id, held_until, relayed_offset, topic) select partition_id, "
				+ "current_timestamp, %s from log_partition where topic_id = (select id from topic where name = ?)";
		update(leases.formatted("null, ''"), this.topic);
		put("{\"retentionMs\": 1}");
		Awaitility.await().during(Duration.ofMillis(500)).until(() -> look().get("logStartOffset").longValue() == 0);
		update(leases.formatted("4, 'copy'"), this.topic);
		awaitStart(2);
		update("delete from relay_lease where topic in ('', 'copy')");
	}

	@Test
	void purgesADeletedTopic() {
		append(0, 2);
		append(2, 2);
		int partition = (int) rows("select count(*) from log_partition where topic_id is null");
		assertThat(partition).isZero();
		assertThat(this.gateway.send("DELETE", "/topics/" + this.topic, null).status()).isEqualTo(204);
		JdbcTemplate jdbc = new JdbcTemplate(this.database);
		Awaitility.await()
			.until(() -> jdbc.queryForObject("select count(*) from log_partition where topic_id is null",
					Long.class) == 0);
		assertThat(jdbc.queryForObject("select count(*) from producer_sequence where producer_id = ?", Long.class,
				this.producer))
			.isZero();
		assertThat(jdbc.queryForObject("select count(*) from record_batch where producer_id = ?", Long.class,
				this.producer))
			.isZero();
	}

	@Test
	void countsWhatAGatewayWithoutTopicsHasWritten() {
		append(0, 2);
		append(2, 1);
		long bytes = look().get("bytes").longValue();
		update("update log_partition set held_bytes = null where topic_id = (select id from topic where name = ?)",
				this.topic);
		Awaitility.await().until(() -> look().has("bytes"));
		assertThat(look().get("bytes").longValue()).isEqualTo(bytes);
		append(3, 1);
		assertThat(look().get("bytes").longValue()).isGreaterThan(bytes);
	}

	/** No connection of the pool commits by itself. */
	private void update(String sql, Object... parameters) {
		this.transactions.executeWithoutResult((status) -> new JdbcTemplate(this.database).update(sql, parameters));
	}

	@Test
	void leavesUncountedWhatIsNotCountedWhenTheStartRises() {
		append(0, 2);
		append(2, 1);
		int partition = new JdbcTemplate(this.database).queryForObject(
				"select partition_id from log_partition where topic_id = (select id from topic where name = ?)",
				Integer.class, this.topic);
		assertThat(RetentionInternals.heldAfterAnUncountedStart(this.rows, partition, 2)).isEmpty();
		Awaitility.await().until(() -> look().has("bytes"));
		assertThat(look().get("bytes").longValue()).as("one record").isBetween(100L, 200L);
	}

	private long rows(String sql) {
		boolean batches = sql.contains("record_batch");
		String where = batches
				? " where partition_id in (select partition_id from log_partition where topic_id = (select id from topic where name = '"
						+ this.topic + "'))"
				: "";
		return new JdbcTemplate(this.database).queryForObject(sql + where, Long.class);
	}

}
