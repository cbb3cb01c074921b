package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;

/**
 * {@code kill -9} in the middle of Kafka transactions of two topics, under load: the
 * consumer's view is the log afterwards, and the log is what was answered to producers. A
 * build kills a few times; {@code -Drelay.kills=30} is a long run.
 */
class RelayCrashIT {

	private static final int KILLS = Integer.getInteger("relay.kills", 2);

	private static final int PARTITIONS = 2;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String TOPIC = "records";

	private static final String OTHER = "orders";

	@TempDir
	private Path folder;

	private OwnKafka kafka;

	private List<LoadingProducer> producers;

	@BeforeEach
	void startKafka() throws Exception {
		this.kafka = new OwnKafka(this.folder);
	}

	@AfterEach
	void stopKafka() {
		this.kafka.close();
	}

	private GatewayProcess gateway() {
		GatewayProcess gateway = GatewayProcess.start("--gateway.relay.enabled=true",
				"--gateway.partitions=" + PARTITIONS, "--gateway.data-dir=" + this.folder.resolve("log"),
				"--spring.kafka.bootstrap-servers=" + this.kafka.address());
		if (this.producers == null) {
			GatewayClient client = gateway.client();
			client.putTopic(OTHER, "{\"partitions\": " + PARTITIONS + "}");
			this.producers = IntStream.range(0, 2 * PARTITIONS)
				.mapToObj((i) -> Stream.of(new LoadingProducer(client.newProducer(), i % PARTITIONS),
						new LoadingProducer(client.newProducer(), OTHER, i % PARTITIONS)))
				.flatMap(Function.identity())
				.toList();
		}
		this.producers.forEach((producer) -> producer.start(gateway.client()));
		return gateway;
	}

	@Test
	void relaysEachRecordOnceThoughTheGatewayIsKilled() {
		for (int kill = 0; kill < KILLS; kill++) {
			try (GatewayProcess gateway = gateway()) {
				awaitOpenTransaction((kill % 2 == 0) ? TOPIC : OTHER);
				gateway.kill();
			}
			this.producers.forEach(LoadingProducer::join);
		}
		try (GatewayProcess gateway = gateway()) {
			assertRelayed(gateway.client());
		}
	}

	@Test
	void relaysEachRecordOnceThoughTheBrokerIsKilled() throws Exception {
		try (GatewayProcess gateway = gateway()) {
			for (int kill = 0; kill < KILLS; kill++) {
				awaitOpenTransaction((kill % 2 == 0) ? OTHER : TOPIC);
				this.kafka.kill();
				this.kafka.start();
			}
			assertRelayed(gateway.client());
		}
	}

	private void awaitOpenTransaction(String topic) {
		try (OpenTransactions open = new OpenTransactions(this.kafka.address(), topic, PARTITIONS)) {
			await().atMost(PATIENCE).ignoreExceptions().pollInterval(Duration.ofMillis(1)).until(open::areThere);
		}
	}

	private void assertRelayed(GatewayClient client) {
		int before = acknowledged();
		await().atMost(PATIENCE).until(() -> acknowledged() > before + 100);
		LoadingProducer.stopAll(this.producers);
		for (int partition = 0; partition < PARTITIONS; partition++) {
			assertRelayed(client, "/partitions/" + partition, TOPIC, partition);
			assertRelayed(client, "/topics/" + OTHER + "/partitions/" + partition, OTHER, partition);
		}
	}

	private void assertRelayed(GatewayClient client, String path, String topic, int partition) {
		RelayCheck.awaitRelayed(client, path, PATIENCE);
		RelayCheck.equalsLog(client, path, this.kafka.address(), topic, partition, 0);
		LogCheck.holds(client, path,
				this.producers.stream().filter((producer) -> producer.path().equals(path)).toList());
	}

	private int acknowledged() {
		return this.producers.stream().mapToInt(LoadingProducer::acknowledged).sum();
	}

}
