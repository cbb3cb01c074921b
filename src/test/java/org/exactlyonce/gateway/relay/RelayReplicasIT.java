package org.exactlyonce.gateway.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.PostgresServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.Signal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two packaged gateways on one PostgreSQL, both with the relay, under load.
 */
class RelayReplicasIT {

	private static final int PARTITIONS = 4;

	private static final int SLEEPS = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** A lease's term, a renewal, and a slow machine. */
	private static final Duration TAKEOVER = Duration.ofSeconds(15);

	private final String topic = KafkaServer.newTopic();

	private final String[] arguments = GatewayProcess.onPostgres(PostgresServer.newDatabase(),
			"--gateway.relay.enabled=true", "--gateway.relay.topic=" + this.topic,
			"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.partitions=" + PARTITIONS);

	private final List<LoadingProducer> producers = new ArrayList<>();

	private GatewayProcess first;

	private GatewayProcess second;

	@BeforeEach
	void shareTheWork() {
		CompletableFuture<GatewayProcess> other = CompletableFuture
			.supplyAsync(() -> GatewayProcess.start(this.arguments));
		this.first = GatewayProcess.start(this.arguments);
		this.second = other.join();
		for (int partition = 0; partition < PARTITIONS; partition++) {
			this.producers.add(new LoadingProducer(this.first.client().newProducer(), partition));
		}
		await().atMost(TAKEOVER).until(() -> held(this.first) == 2 && held(this.second) == 2);
	}

	@AfterEach
	void stop() {
		this.first.close();
		this.second.close();
	}

	@Test
	void takesOverInSecondsWhatAKilledReplicaHeld() {
		this.producers.forEach((producer) -> producer.start(this.first.client()));
		await().atMost(TAKEOVER)
			.until(() -> this.producers.stream().allMatch((producer) -> producer.acknowledged() > 50));
		this.second.kill();
		await().atMost(TAKEOVER).until(() -> held(this.first) == PARTITIONS);
		LoadingProducer.stopAll(this.producers);
		assertRelayed();
		this.second = GatewayProcess.start(this.arguments);
		await().atMost(TAKEOVER).until(() -> held(this.first) == 2 && held(this.second) == 2);
	}

	/**
	 * Its lease is over, and it knows. Only what it was in the midst of when it was
	 * stopped goes on: to open a producer, which fences. That is rare, costs a
	 * transaction and loses nothing, so one wake-up of three may do it, but not each.
	 */
	@Test
	void doesNotFenceBackWhenItWakesUp() throws IOException {
		double fenced = Double.MAX_VALUE;
		for (int sleep = 0; sleep < SLEEPS && fenced > 0; sleep++) {
			fenced = fencedByASleeper();
		}
		assertThat(fenced).as("fenced by the one that slept, each time").isZero();
	}

	private double fencedByASleeper() throws IOException {
		this.producers.forEach((producer) -> producer.start(this.first.client()));
		await().atMost(TAKEOVER)
			.until(() -> this.producers.stream().allMatch((producer) -> producer.acknowledged() > 50));
		Signal.send("STOP", List.of(this.second.handle()));
		await().atMost(TAKEOVER).until(() -> held(this.first) == PARTITIONS);
		double fenced = fenced(this.first);
		Signal.send("CONT", List.of(this.second.handle()));
		await().atMost(TAKEOVER).until(() -> held(this.first) == 2 && held(this.second) == 2);
		LoadingProducer.stopAll(this.producers);
		assertRelayed();
		return fenced(this.first) - fenced;
	}

	private void assertRelayed() {
		GatewayClient client = this.first.client();
		for (int partition = 0; partition < PARTITIONS; partition++) {
			RelayCheck.awaitRelayed(client, partition, PATIENCE);
			RelayCheck.equalsLog(client, KafkaServer.address(), this.topic, partition);
		}
		assertThat(this.producers).allSatisfy((producer) -> assertThat(producer.surprises()).as("answers").isEmpty());
	}

	private static int held(GatewayProcess gateway) {
		return gateway.client().get("/actuator/health/relay").json().at("/details/partitionsHeld").intValue(-1);
	}

	private static double fenced(GatewayProcess gateway) {
		return gateway.client()
			.get("/actuator/metrics/gateway.relay.transactions?tag=outcome:fenced")
			.json()
			.at("/measurements/0/value")
			.doubleValue();
	}

}
