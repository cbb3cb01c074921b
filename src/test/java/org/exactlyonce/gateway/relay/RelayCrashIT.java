package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;

/**
 * {@code kill -9} in the middle of Kafka transactions: the consumer's view is the log
 * afterwards. A build kills a few times; {@code -Drelay.kills=50
 * -Drelay.thousands=1000} is the long run.
 */
class RelayCrashIT {

	private static final int KILLS = Integer.getInteger("relay.kills", 2);

	/** Records in each partition, in thousands. */
	private static final int THOUSANDS = Integer.getInteger("relay.thousands", 40);

	private static final int PARTITIONS = 2;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String TOPIC = "records";

	@TempDir
	private Path folder;

	private OwnKafka kafka;

	@BeforeEach
	void fillTheLog() throws Exception {
		this.kafka = new OwnKafka(this.folder);
		try (GatewayProcess gateway = GatewayProcess.start(arguments(false))) {
			Backlog.append(gateway.client(), PARTITIONS, THOUSANDS);
		}
	}

	@AfterEach
	void stopKafka() {
		this.kafka.close();
	}

	private String[] arguments(boolean relay) {
		return new String[] { "--gateway.relay.enabled=" + relay, "--gateway.partitions=" + PARTITIONS,
				"--gateway.data-dir=" + this.folder.resolve("log"),
				"--spring.kafka.bootstrap-servers=" + this.kafka.address() };
	}

	@Test
	void relaysEachRecordOnceThoughTheGatewayIsKilled() {
		for (int kill = 0; kill < KILLS; kill++) {
			try (GatewayProcess gateway = GatewayProcess.start(arguments(true))) {
				awaitOpenTransaction();
				gateway.kill();
			}
		}
		try (GatewayProcess gateway = GatewayProcess.start(arguments(true))) {
			assertRelayed(gateway.client());
		}
	}

	@Test
	void relaysEachRecordOnceThoughTheBrokerIsKilled() throws Exception {
		try (GatewayProcess gateway = GatewayProcess.start(arguments(true))) {
			for (int kill = 0; kill < KILLS; kill++) {
				awaitOpenTransaction();
				this.kafka.kill();
				this.kafka.start();
			}
			assertRelayed(gateway.client());
		}
	}

	/** Or until there is nothing left to relay. */
	private void awaitOpenTransaction() {
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(1))
			.ignoreExceptions()
			.until(() -> Backlog.uncommitted(this.kafka.address(), TOPIC, PARTITIONS) > 0 || Backlog
				.ends(this.kafka.address(), TOPIC, PARTITIONS, "read_committed") > PARTITIONS * THOUSANDS * 1000L);
	}

	private void assertRelayed(GatewayClient client) {
		for (int partition = 0; partition < PARTITIONS; partition++) {
			RelayCheck.awaitRelayed(client, partition, PATIENCE);
			RelayCheck.equalsLog(client, this.kafka.address(), TOPIC, partition);
		}
	}

}
