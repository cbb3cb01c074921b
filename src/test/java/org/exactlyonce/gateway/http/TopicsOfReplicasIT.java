package org.exactlyonce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.HashSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.http.AppendContract.assertProblem;

/** What one replica does to a topic every replica knows from the answer on. */
class TopicsOfReplicasIT {

	private static final AtomicInteger NAMES = new AtomicInteger();

	private static GatewayInProcess first;

	private static GatewayInProcess second;

	private final GatewayClient here = first.client();

	private final GatewayClient there = second.client();

	private String topic;

	@BeforeAll
	static void start() {
		String[] settings = { "--spring.datasource.url=" + PostgresServer.newDatabase(),
				"--spring.datasource.username=postgres", "--gateway.retention-interval=100ms" };
		first = GatewayInProcess.on(settings);
		second = GatewayInProcess.on(settings);
	}

	@AfterAll
	static void stop() {
		first.close();
		second.close();
	}

	@BeforeEach
	void makeATopicThatBothKnow() {
		this.topic = "shared-" + NAMES.incrementAndGet();
		assertThat(put(2).status()).isEqualTo(201);
		assertThat(append(this.there, 1, "").status()).isEqualTo(201);
	}

	private Answer put(int partitions) {
		return this.here.send("PUT", "/topics/" + this.topic,
				("{\"partitions\": " + partitions + "}").getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/json");
	}

	private void delete() {
		assertThat(this.here.send("DELETE", "/topics/" + this.topic, null).status()).isEqualTo(204);
	}

	private String records(int partition) {
		return "/topics/" + this.topic + "/partitions/" + partition + "/records";
	}

	private Answer append(GatewayClient gateway, int partition, String query) {
		return gateway.post(records(partition) + query, "{\"records\": [{\"value\": 1}]}");
	}

	@Test
	void isGoneEverywhereOnceItIsDeleted() {
		CompletableFuture<Answer> poll = CompletableFuture
			.supplyAsync(() -> this.there.send("GET", records(1) + "?offset=1", null, "Prefer", "wait=10"));
		CompletableFuture<Answer> stream = CompletableFuture
			.supplyAsync(() -> this.there.send("GET", records(1), null, "Accept", "text/event-stream"));
		awaitReaders();
		delete();
		assertProblem(append(this.there, 1, ""), 404, "UNKNOWN_TOPIC", "fix-request");
		assertProblem(this.there.get(records(1)), 404, "UNKNOWN_TOPIC", "fix-request");
		assertProblem(this.there.get(records(1) + "/0"), 404, "UNKNOWN_TOPIC", "fix-request");
		assertProblem(this.there.get("/topics/" + this.topic + "/partitions/1"), 404, "UNKNOWN_TOPIC", "fix-request");
		assertProblem(this.there.get("/topics/" + this.topic), 404, "UNKNOWN_TOPIC", "fix-request");
		assertProblem(poll.join(), 404, "UNKNOWN_TOPIC", "fix-request");
		assertThat(stream.join().text()).contains("id: 0\n");
	}

	@Test
	void answersAHeldAppendOnceItsTopicIsDeleted() {
		long producer = this.there.newProducer();
		CompletableFuture<Answer> held = CompletableFuture.supplyAsync(
				() -> this.there.send("POST", records(1),
						("{\"producerId\": " + producer + ", \"baseSequence\": 5, \"records\": [{\"value\": 1}]}")
							.getBytes(StandardCharsets.UTF_8),
						"Content-Type", "application/json", "Prefer", "wait=10"));
		Awaitility.await()
			.until(() -> this.there.get("/actuator/metrics/gateway.appends.held")
				.json()
				.at("/measurements/0/value")
				.intValue() == 1);
		delete();
		Answer answer = held.orTimeout(5, TimeUnit.SECONDS).join();
		assertProblem(answer, 404, "UNKNOWN_TOPIC", "fix-request");
	}

	private void awaitReaders() {
		for (String kind : List.of("poll", "stream")) {
			Awaitility.await()
				.until(() -> this.there.get("/actuator/metrics/gateway.live.readers?tag=kind:" + kind)
					.json()
					.at("/measurements/0/value")
					.intValue() >= 1);
		}
	}

	@Test
	void isTheNewOneEverywhereOnceItIsMadeAnew() {
		delete();
		put(1);
		Answer answer = append(this.there, 0, "");
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.json().get("baseOffset").longValue()).isZero();
		assertProblem(append(this.there, 1, ""), 404, "UNKNOWN_PARTITION", "fix-request");
		assertThat(this.there.get(records(0)).json().get("records")).hasSize(1);
	}

	@Test
	void growsEverywhere() {
		put(5);
		assertThat(append(this.there, 4, "").status()).isEqualTo(201);
		assertThat(this.there.get("/topics/" + this.topic + "/partitions").json().get("partitions")).hasSize(5);
	}

	/** The other replica has chosen partitions of the topic as it was. */
	@Test
	void choosesPartitionsOfTheTopicAsItHasGrown() {
		Set<Integer> chosen = new HashSet<>();
		for (int partitions = 5; partitions < 12; partitions++) {
			put(partitions);
			int expected = this.here.get("/topics/" + this.topic + "/partitions?key=customer-7")
				.json()
				.get("partitions")
				.get(0)
				.get("partition")
				.intValue();
			Answer appended = this.there.post("/topics/" + this.topic + "/records",
					"{\"records\": [{\"key\": \"customer-7\", \"value\": 1}]}");
			assertThat(appended.status()).isEqualTo(201);
			assertThat(appended.json().get("records").get(0).get("partition").intValue()).isEqualTo(expected);
			chosen.add(expected);
		}
		assertThat(chosen).hasSizeGreaterThan(2);
	}

	/**
	 * No append that was answered 201 is missing from the topic that it was answered for.
	 */
	@Test
	void appendsAreStoredOrRefusedWhileTopicsComeAndGo() {
		List<CompletableFuture<Void>> writers = new ArrayList<>();
		AtomicInteger stored = new AtomicInteger();
		for (GatewayClient gateway : List.of(this.here, this.there)) {
			writers.add(CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 150; i++) {
					Answer answer = append(gateway, 0, "");
					assertThat(answer.status()).as(answer.text()).isIn(201, 404);
					stored.addAndGet((answer.status() == 201) ? 1 : 0);
				}
			}));
		}
		for (int i = 0; i < 10; i++) {
			delete();
			assertThat(put(2).status()).isEqualTo(201);
		}
		writers.forEach(CompletableFuture::join);
		assertThat(stored.get()).isPositive();
		long end = this.there.get("/topics/" + this.topic + "/partitions/0").json().get("logEndOffset").longValue();
		assertThat(this.here.get(records(0) + "?limit=10000").json().get("records")).hasSize((int) end);
	}

}
