package org.exactlyonce.gateway.commit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

import org.awaitility.Awaitility;
import org.exactlyonce.gateway.producer.Registrations.Registered;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Two packaged gateways on one PostgreSQL. */
class ReplicasIT {

	private static final String url = PostgresServer.newDatabase();

	private static final List<GatewayProcess> replicas = new ArrayList<>();

	@BeforeAll
	static void start() {
		String[] arguments = GatewayProcess.onPostgres(url, "--gateway.commit.lanes=4");
		CompletableFuture<GatewayProcess> other = CompletableFuture.supplyAsync(() -> GatewayProcess.start(arguments));
		replicas.add(GatewayProcess.start(arguments));
		replicas.add(other.join());
	}

	@AfterAll
	static void stop() {
		replicas.forEach(GatewayProcess::close);
	}

	@Test
	void storesOneOfEightRacingAppends() throws Exception {
		GatewayClient any = replicas.get(0).client();
		ExecutorService clients = Executors.newFixedThreadPool(8);
		try {
			long producer = any.newProducer();
			for (int sequence = 0; sequence < 30; sequence++) {
				race(clients, producer, sequence);
			}
			assertThat(LogCheck.read(any, 7)).hasSize(30);
		}
		finally {
			clients.shutdownNow();
		}
	}

	private static void race(ExecutorService clients, long producer, long sequence) {
		CyclicBarrier start = new CyclicBarrier(8);
		List<CompletableFuture<GatewayClient.Answer>> racing = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			GatewayClient client = replicas.get(i % 2).client();
			racing.add(CompletableFuture.supplyAsync(() -> {
				await(start);
				return client.append(7, producer, sequence, "1");
			}, clients));
		}
		List<GatewayClient.Answer> answers = racing.stream().map(CompletableFuture::join).toList();
		List<Integer> statuses = new ArrayList<>(Collections.nCopies(7, 200));
		statuses.add(201);
		assertThat(answers).extracting(GatewayClient.Answer::status).containsExactlyInAnyOrderElementsOf(statuses);
		assertThat(answers).extracting((answer) -> answer.json().get("baseOffset").longValue()).containsOnly(sequence);
	}

	private static void await(CyclicBarrier start) {
		try {
			start.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static CompletableFuture<GatewayClient.Answer> early(GatewayClient client, long producer, long sequence,
			int waitSeconds) {
		return CompletableFuture.supplyAsync(() -> client.send("POST", "/partitions/6/records",
				("" + sequence).getBytes(StandardCharsets.US_ASCII), "Content-Type", "application/json", "Producer-Id",
				"" + producer, "Producer-Seq", "" + sequence, "Prefer", "wait=" + waitSeconds));
	}

	private static void awaitHeld(GatewayClient client, int count) {
		Awaitility.await()
			.until(() -> client.get("/actuator/metrics/gateway.appends.held")
				.json()
				.at("/measurements/0/value")
				.intValue() == count);
	}

	@Test
	void holdsAnEarlyAppendForAPredecessorSentToAnotherReplica() {
		GatewayClient here = replicas.get(0).client();
		GatewayClient there = replicas.get(1).client();
		long producer = here.newProducer();
		List<CompletableFuture<GatewayClient.Answer>> early = new ArrayList<>();
		early.add(early(here, producer, 2, 10));
		early.add(early(there, producer, 3, 10));
		early.add(early(here, producer, 1, 10));
		early.add(early(there, producer, 4, 10));
		awaitHeld(here, 2);
		awaitHeld(there, 2);
		long start = System.nanoTime();
		assertThat(there.append(6, producer, 0, "0").status()).isEqualTo(201);
		assertThat(early).extracting((answer) -> answer.join().status()).containsOnly(201);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
		List<Long> offsets = early.stream()
			.map((answer) -> answer.join().json().get("baseOffset").longValue())
			.toList();
		assertThat(List.of(offsets.get(2), offsets.get(0), offsets.get(1), offsets.get(3))).isSorted();
	}

	@Test
	void fencesAHeldAppendThroughAnotherReplica() {
		GatewayClient here = replicas.get(0).client();
		GatewayClient there = replicas.get(1).client();
		long producer = here.register("held").json().get("producerId").longValue();
		CompletableFuture<GatewayClient.Answer> early = early(here, producer, 1, 10);
		awaitHeld(here, 1);
		long start = System.nanoTime();
		there.register("held");
		assertThat(early.join().code()).isEqualTo("PRODUCER_FENCED");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
	}

	@Test
	void fencesAnAppendHeldHereByItsIdThroughAnotherReplica() {
		GatewayClient here = replicas.get(0).client();
		long producer = here.newProducer();
		CompletableFuture<GatewayClient.Answer> early = early(here, producer, 1, 10);
		awaitHeld(here, 1);
		long start = System.nanoTime();
		replicas.get(1).client().send("POST", "/producers/" + producer + "/epoch", null);
		assertThat(early.join().code()).isEqualTo("PRODUCER_FENCED");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
	}

	@Test
	void feedsReadersWithTheCommitsOfEveryReplica() {
		GatewayClient here = replicas.get(0).client();
		GatewayClient there = replicas.get(1).client();
		long producer = here.newProducer();
		CompletableFuture<GatewayClient.Answer> poll = CompletableFuture
			.supplyAsync(() -> here.send("GET", "/partitions/5/records", null, "Prefer", "wait=10"));
		try (EventReader reader = EventReader.open(replicas.get(0).port(), "/partitions/5/records");
				EventReader other = EventReader.open(replicas.get(1).port(), "/partitions/5/records")) {
			there.append(5, producer, 0, "0");
			assertThat(poll.join().json().get("records")).hasSize(1);
			for (int sequence = 1; sequence < 100; sequence++) {
				((sequence % 2 == 0) ? here : there).append(5, producer, sequence, "" + sequence);
			}
			for (EventReader every : List.of(reader, other)) {
				every.awaitEvents(100);
				assertThat(every.ids()).isEqualTo(LongStream.range(0, 100).boxed().toList());
				assertThat(every.events()).extracting((event) -> event.get("sequence").longValue()).isSorted();
			}
		}
	}

	@Test
	void letsNoOlderEpochWriteThroughAnotherReplica() throws Exception {
		FenceWorkload workload = new FenceWorkload("replicas",
				new OverHttp(replicas.get(0).client(), replicas.get(1).client()));
		workload.run(60, workload::isLongEnough);
		List<FenceWorkload.StoredBatch> stored = stored(url);
		assertThat(workload.failures()).isEmpty();
		assertThat(workload.isLongEnough()).isTrue();
		assertThat(stored.size()).isGreaterThan(500);
		assertThat(workload.zombies(stored)).isEmpty();
	}

	private static List<FenceWorkload.StoredBatch> stored(String url) throws SQLException {
		List<FenceWorkload.StoredBatch> stored = new ArrayList<>();
		try (Connection connection = DriverManager.getConnection(url, "postgres", "");
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"select partition_id, producer_id, producer_epoch, base_sequence from record_batch")) {
			while (rows.next()) {
				stored.add(new FenceWorkload.StoredBatch(rows.getInt(1), rows.getLong(2), rows.getLong(3),
						rows.getLong(4)));
			}
		}
		return stored;
	}

	/** Sends each request to any of the replicas. */
	private record OverHttp(GatewayClient first, GatewayClient second) implements FenceWorkload.Gateway {

		private GatewayClient any() {
			return ThreadLocalRandom.current().nextBoolean() ? this.first : this.second;
		}

		@Override
		public Registered register(String name) {
			return registered(any().register(name).json());
		}

		@Override
		public Registered raiseEpoch(long producerId) {
			return registered(any().send("POST", "/producers/" + producerId + "/epoch", null).json());
		}

		private static Registered registered(JsonNode producer) {
			Map<Integer, Long> lastSequences = new HashMap<>();
			producer.get("partitions")
				.forEach((partition) -> lastSequences.put(partition.get("partition").intValue(),
						partition.get("lastSequence").longValue()));
			return new Registered(producer.get("producerId").longValue(), producer.get("producerEpoch").longValue(),
					lastSequences);
		}

		@Override
		public long append(int partition, ProducerIdentity producer, long sequence) {
			GatewayClient.Answer answer = any().append(partition, producer.producerId(), producer.producerEpoch(),
					sequence, "1");
			assertThat(answer.status()).as(answer.text()).isIn(201, 403);
			return (answer.status() == 201) ? sequence + 1 : sequence;
		}

	}

}
