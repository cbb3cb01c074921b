package org.exactlyonce.gateway.http;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.MovableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * The machine's clock is set, an hour back or a day forward. The times that are shown go
 * with it, never back within a partition, and nothing else does.
 */
@TestPropertySource(properties = "gateway.commit.timeout=3s")
abstract class ClockContract {

	private static final String RECORDS = "/partitions/5/records";

	private static final MovableClock CLOCK = new MovableClock();

	/** Longer than any wait of these tests, and shorter than what the clock moves by. */
	private static final Duration SOON = Duration.ofMinutes(5);

	@TestBean
	private Clock clock;

	@Autowired
	private DataSource database;

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	static Clock clock() {
		return CLOCK;
	}

	@BeforeEach
	void connect() {
		assertThat(this.clock).isSameAs(CLOCK);
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	@AfterEach
	void setClockRight() {
		CLOCK.set(Duration.ZERO);
	}

	private Answer append(long sequence) {
		return this.gateway.append(5, this.producer, sequence, "" + sequence);
	}

	private CompletableFuture<Answer> early(long sequence, String wait) {
		return CompletableFuture.supplyAsync(() -> this.gateway.send("POST", RECORDS, new byte[] { 1 }, "Content-Type",
				"text/plain", "Producer-Id", "" + this.producer, "Producer-Seq", "" + sequence, "Prefer", wait));
	}

	private CompletableFuture<Answer> poll(String wait) {
		return CompletableFuture
			.supplyAsync(() -> this.gateway.send("GET", RECORDS + "?offset=" + end(), null, "Prefer", wait));
	}

	private long end() {
		return this.gateway.get("/partitions/5").json().get("logEndOffset").longValue();
	}

	private int measured(String meter) {
		return this.gateway.get("/actuator/metrics/" + meter).json().at("/measurements/0/value").intValue();
	}

	/** Runs work while another transaction has the partition. */
	private void whilePartitionIsLocked(Runnable work) throws SQLException {
		try (Connection connection = this.database.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("select * from log_partition where partition_id = 5 for update");
			work.run();
			connection.rollback();
		}
	}

	private static void assertShown(JsonNode time, Duration ahead) {
		assertThat(Duration.between(Instant.now().plus(ahead), Instant.parse(time.asString())).abs()).isLessThan(SOON);
	}

	@Test
	void appendsInOrderAndNeverShowsAnEarlierTime() {
		List<Duration> moves = List.of(Duration.ZERO, Duration.ofHours(-1), Duration.ofDays(1), Duration.ofDays(-400));
		Duration furthest = Duration.ZERO;
		List<JsonNode> receipts = new ArrayList<>();
		long end = this.gateway.get("/partitions/6").json().get("logEndOffset").longValue();
		for (Duration ahead : moves) {
			CLOCK.set(ahead);
			furthest = (ahead.compareTo(furthest) > 0) ? ahead : furthest;
			Answer answer = this.gateway.append(6, this.producer, receipts.size(), "" + receipts.size());
			assertThat(answer.status()).as(answer.text()).isEqualTo(201);
			receipts.add(answer.json());
			assertShown(answer.json().get("appendedAt"), furthest);
			for (int earlier = 0; earlier < receipts.size(); earlier++) {
				JsonNode retry = this.gateway.append(6, this.producer, earlier, "" + earlier).json();
				assertThat(retry.get("duplicate").booleanValue()).isTrue();
				assertThat(retry.get("baseOffset").longValue()).isEqualTo(end + earlier);
				assertThat(retry.get("appendedAt")).isEqualTo(receipts.get(earlier).get("appendedAt"));
			}
		}
		List<JsonNode> records = this.gateway.get("/partitions/6/records?offset=" + end)
			.json()
			.get("records")
			.valueStream()
			.toList();
		assertThat(records).extracting((record) -> record.get("offset").longValue())
			.containsExactly(end, end + 1, end + 2, end + 3);
		assertThat(records).extracting((record) -> record.get("sequence").longValue()).containsExactly(0L, 1L, 2L, 3L);
		assertThat(records).extracting((record) -> record.get("timestamp"))
			.isEqualTo(receipts.stream().map((receipt) -> receipt.get("appendedAt")).toList());
	}

	@Test
	void registersAndFencesWhateverTheClockSays() {
		String name = "clock-" + this.producer;
		JsonNode first = this.gateway.register(name).json();
		long id = first.get("producerId").longValue();
		for (int epoch = 1; epoch <= 2; epoch++) {
			CLOCK.set((epoch == 1) ? Duration.ofHours(-1) : Duration.ofDays(1));
			JsonNode again = this.gateway.register(name).json();
			assertThat(again.get("producerEpoch").longValue()).isEqualTo(epoch);
			assertThat(again.get("createdAt")).isEqualTo(first.get("createdAt"));
			assertProblem(this.gateway.append(5, id, epoch - 1, epoch - 1, "1"), 403, "PRODUCER_FENCED", "stop");
			assertThat(this.gateway.append(5, id, epoch, epoch - 1, "1").status()).isEqualTo(201);
			assertThat(this.gateway.append(5, id, epoch, 0, "1").status()).isEqualTo(200);
			assertThat(this.gateway.newProducer()).isGreaterThan(id);
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 24 })
	void holdsAnEarlyAppendUntilItsPredecessorComes(long hours) {
		CompletableFuture<Answer> early = early(1, "wait=10");
		await().until(() -> measured("gateway.appends.held") == 1);
		CLOCK.set(Duration.ofHours(hours));
		assertThat(append(0).status()).isEqualTo(201);
		assertThat(early.join().status()).as(early.join().text()).isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 24 })
	void refusesAnEarlyAppendOnceItsWaitIsOver(long hours) {
		assertThat(time(() -> {
			CompletableFuture<Answer> early = early(1, "wait=3");
			await().until(() -> measured("gateway.appends.held") == 1);
			CLOCK.set(Duration.ofHours(hours));
			assertProblem(early.join(), 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
			assertThat(early.join().header("Preference-Applied")).isEqualTo("wait=3");
			return early;
		})).isBetween(Duration.ofMillis(2950), SOON);
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 24 })
	void answersALongPollWithTheNextRecord(long hours) {
		CompletableFuture<Answer> poll = poll("wait=10");
		await().until(() -> measured("gateway.live.readers?tag=kind:poll") == 1);
		CLOCK.set(Duration.ofHours(hours));
		append(0);
		assertThat(poll.join().json().at("/records/0/producerId").longValue()).isEqualTo(this.producer);
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 24 })
	void endsALongPollOnceItsWaitIsOver(long hours) {
		assertThat(time(() -> {
			CompletableFuture<Answer> poll = poll("wait=3");
			await().until(() -> measured("gateway.live.readers?tag=kind:poll") == 1);
			CLOCK.set(Duration.ofHours(hours));
			assertThat(poll.join().json().get("records")).isEmpty();
			return poll;
		})).isBetween(Duration.ofMillis(2950), SOON);
	}

	@Test
	void endsAnAppendAtItsDeadlineWithTheClockSetBack() throws SQLException {
		whilePartitionIsLocked(() -> {
			CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> append(0));
			await().until(() -> oldestCommitMillis() > 0);
			CLOCK.set(Duration.ofHours(-1));
			assertProblem(answer.join(), 503, "STORE_UNAVAILABLE", "same-request");
		});
		await().until(() -> oldestCommitMillis() == 0);
		assertThat(append(0).status()).as("the same sequence again").isIn(200, 201);
	}

	@Test
	void keepsAnAppendUntilItsDeadlineWithTheClockSetForward() throws SQLException {
		List<CompletableFuture<Answer>> answer = new ArrayList<>();
		whilePartitionIsLocked(() -> {
			answer.add(CompletableFuture.supplyAsync(() -> append(0)));
			await().until(() -> oldestCommitMillis() > 0);
			CLOCK.set(Duration.ofDays(1));
			// deadlines are looked at every 100 ms
			await().until(() -> oldestCommitMillis() > 400);
		});
		assertThat(answer.get(0).join().status()).as(answer.get(0).join().text()).isEqualTo(201);
	}

	private int oldestCommitMillis() {
		return this.gateway.get("/actuator/health")
			.json()
			.at("/components/lanes/details/oldestCommitMillis")
			.intValue();
	}

	private static Duration time(Supplier<?> work) {
		long start = System.nanoTime();
		work.get();
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
