package org.exactlyonce.gateway.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/**
 * Requests that overtake each other, and {@code Prefer: wait}.
 */
abstract class PipeliningContract {

	private static final int PARTITION = 6;

	private final ExecutorService clients = Executors.newCachedThreadPool();

	@LocalServerPort
	private int port;

	private GatewayClient gateway;

	private long producer;

	@BeforeEach
	void connect() {
		this.gateway = new GatewayClient(this.port);
		this.producer = this.gateway.newProducer();
	}

	@AfterEach
	void disconnect() {
		this.clients.shutdownNow();
	}

	private Answer send(long sequence, String prefer) {
		return send(0, sequence, 1, prefer);
	}

	private Answer send(long epoch, long sequence, int records, String prefer) {
		String line = "{\"value\":" + sequence + "}\n";
		return this.gateway.send("POST", "/partitions/" + PARTITION + "/records",
				line.repeat(records).getBytes(java.nio.charset.StandardCharsets.UTF_8), "Content-Type",
				"application/x-ndjson", "Producer-Id", "" + this.producer, "Producer-Epoch", "" + epoch, "Producer-Seq",
				"" + sequence, "Prefer", prefer);
	}

	private CompletableFuture<Answer> later(long sequence, String prefer) {
		return CompletableFuture.supplyAsync(() -> send(sequence, prefer), this.clients);
	}

	private void awaitHeld(int count) {
		await().until(() -> held() == count);
	}

	private int held() {
		return this.gateway.get("/actuator/metrics/gateway.appends.held").json().at("/measurements/0/value").intValue();
	}

	private long next() {
		JsonNode partitions = this.gateway.get("/producers/" + this.producer).json().get("partitions");
		return partitions.isEmpty() ? 0 : partitions.get(0).get("nextSequence").longValue();
	}

	@Test
	void commitsFiveShuffledRequestsInOrderWithoutARetry() {
		Random random = new Random(5);
		for (int round = 0; round < 20; round++) {
			List<Long> sequences = new ArrayList<>();
			for (long i = 0; i < 5; i++) {
				sequences.add(round * 5 + i);
			}
			Collections.shuffle(sequences, random);
			List<CompletableFuture<Answer>> answers = sequences.stream()
				.map((sequence) -> later(sequence, "wait=10"))
				.toList();
			for (int i = 0; i < 5; i++) {
				Answer answer = answers.get(i).join();
				assertThat(answer.status()).as(answer.text()).isEqualTo(201);
				assertThat(answer.json().get("baseSequence").longValue()).isEqualTo(sequences.get(i));
				assertThat(answer.header("Preference-Applied")).isEqualTo("wait=10");
			}
		}
		assertThat(LogCheck.read(this.gateway, PARTITION, this.producer))
			.extracting((record) -> record.get("sequence").longValue())
			.hasSize(100)
			.isSorted()
			.doesNotHaveDuplicates();
	}

	@Test
	void holdsAnEarlyRequestAsLongAsGrantedAndThenRefusesIt() {
		long start = System.nanoTime();
		Answer answer = send(3, "wait=1");
		assertProblem(answer, 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(950),
				Duration.ofSeconds(3));
		assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
		assertThat(answer.json().get("expectedSequence").longValue()).isZero();
		for (long sequence = 0; sequence < 3; sequence++) {
			assertThat(send(sequence, "wait=1").status()).isEqualTo(201);
		}
		assertThat(next()).as("the refused one is not appended later").isEqualTo(3);
	}

	@Test
	void namesWhatIsExpectedWhenTheWaitEnds() {
		CompletableFuture<Answer> early = later(5, "wait=4");
		awaitHeld(1);
		send(0, "wait=1");
		assertThat(early.join().json().get("expectedSequence").longValue()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "wait=soon", "wait", "wait=", "wait=-1", "wait=1.5", "respond-async", "waiting=9", "" })
	void ignoresAWaitThatIsNoNumber(String prefer) {
		long start = System.nanoTime();
		Answer answer = send(3, prefer);
		assertThat(answer.status()).isEqualTo(409);
		assertThat(answer.header("Preference-Applied")).isNull();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
	}

	@ParameterizedTest
	@ValueSource(strings = { "wait=99999999999999999999", "respond-async, Wait=\"600\"; foo=bar, wait=1",
			"x=\"a,wait=1\", wait = 0077" })
	void capsTheWait(String prefer) {
		Answer answer = send(0, prefer);
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.header("Preference-Applied")).isEqualTo("wait=10");
	}

	@Test
	void grantsNoWaitWithoutAnIdentity() {
		Answer answer = this.gateway.send("POST", "/partitions/" + PARTITION + "/records", new byte[] { 1 },
				"Content-Type", "text/plain", "Prefer", "wait=5");
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.header("Preference-Applied")).isNull();
	}

	@Test
	void holdsFiveAndRefusesTheSixthAtOnce() {
		List<CompletableFuture<Answer>> five = new ArrayList<>();
		for (long sequence = 1; sequence <= 5; sequence++) {
			five.add(later(sequence, "wait=10"));
		}
		awaitHeld(5);
		Answer sixth = send(6, "wait=10");
		assertProblem(sixth, 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(sixth.header("Preference-Applied")).as("no wait was granted").isNull();
		Answer elsewhere = this.gateway.append(PARTITION, this.gateway.newProducer(), 0, "1");
		assertThat(elsewhere.status()).as("another producer is not concerned").isEqualTo(201);
		assertThat(send(0, "wait=10").status()).isEqualTo(201);
		five.forEach((answer) -> assertThat(answer.join().status()).isEqualTo(201));
		assertThat(next()).isEqualTo(6);
	}

	@Test
	void neverHoldsABatchThatIsCommittedInPart() {
		send(0, 0, 3, "wait=1");
		long start = System.nanoTime();
		Answer answer = send(0, 2, 2, "wait=10");
		assertProblem(answer, 409, "OUT_OF_ORDER_SEQUENCE_NUMBER", "resync");
		assertThat(answer.header("Preference-Applied")).isNull();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void fencesHeldAppends(boolean byId) {
		String name = "held-" + this.producer;
		this.producer = this.gateway.register(name).json().get("producerId").longValue();
		CompletableFuture<Answer> early = later(1, "wait=10");
		awaitHeld(1);
		long start = System.nanoTime();
		Answer raised = byId ? this.gateway.send("POST", "/producers/" + this.producer + "/epoch", null)
				: this.gateway.register(name);
		assertThat(raised.json().get("producerEpoch").longValue()).isOne();
		Answer answer = early.join();
		assertProblem(answer, 403, "PRODUCER_FENCED", "stop");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).as("at once").isLessThan(Duration.ofSeconds(5));
		assertThat(send(1, 0, 1, "wait=1").status()).isEqualTo(201);
		assertThat(next()).isOne();
	}

	@Test
	void answersARetryOfAHeldRequestAsADuplicate() {
		CompletableFuture<Answer> early = later(1, "wait=10");
		CompletableFuture<Answer> retry = later(1, "wait=10");
		awaitHeld(2);
		send(0, "wait=1");
		List<Integer> statuses = List.of(early.join().status(), retry.join().status());
		assertThat(statuses).containsExactlyInAnyOrder(201, 200);
		assertThat(early.join().json().get("baseOffset")).isEqualTo(retry.join().json().get("baseOffset"));
	}

}
