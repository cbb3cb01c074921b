package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More partitions than there is memory for producers: an eighth of a heap of 96 MB.
 */
class RelayManyPartitionsIT {

	private static final int PARTITIONS = 60;

	@TempDir
	private Path folder;

	@Test
	void keepsFewProducersOpenThoughPartitionsAreMany() {
		String topic = KafkaServer.newTopic();
		try (GatewayProcess gateway = GatewayProcess.startWith(List.of("-Xmx96m"), "--gateway.relay.enabled=true",
				"--gateway.relay.topic=" + topic, "--spring.kafka.bootstrap-servers=" + KafkaServer.address(),
				"--gateway.partitions=" + PARTITIONS, "--gateway.data-dir=" + this.folder)) {
			GatewayClient client = gateway.client();
			long producer = client.newProducer();
			for (int sequence = 0; sequence < 2; sequence++) {
				for (int partition = 0; partition < PARTITIONS; partition++) {
					assertThat(client.append(partition, producer, sequence, "" + sequence).status()).isEqualTo(201);
				}
			}
			for (int partition = 0; partition < PARTITIONS; partition++) {
				assertThat(producers(gateway)).as("while others wait for their turn").isLessThan(PARTITIONS / 2);
				RelayCheck.awaitRelayed(client, partition, Duration.ofSeconds(60));
				RelayCheck.equalsLog(client, KafkaServer.address(), topic, partition);
			}
			assertThat(producers(gateway)).isPositive().isLessThan(PARTITIONS / 2);
		}
	}

	/** As many as there are threads of theirs. */
	private static long producers(GatewayProcess gateway) {
		return gateway.threads().stream().filter((name) -> name.startsWith("kafka-producer-network-thread")).count();
	}

}
