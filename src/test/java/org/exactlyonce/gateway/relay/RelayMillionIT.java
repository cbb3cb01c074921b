package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.exactlyonce.gateway.support.Backlog;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;

/**
 * Many records end to end, while they are appended ({@code -Drelay.thousands=125}: a
 * million), to a broker that forgets what it may: transactional ids and producers in a
 * second, what is compacted at once.
 */
class RelayMillionIT {

	private static final int PARTITIONS = 8;

	private static final int THOUSANDS = Integer.getInteger("relay.thousands", 5);

	@TempDir
	private Path folder;

	@Test
	void consumersSeeTheLog() throws Exception {
		try (OwnKafka kafka = new OwnKafka(this.folder, "transactional.id.expiration.ms=1000",
				"transaction.remove.expired.transaction.cleanup.interval.ms=500", "producer.id.expiration.ms=1000",
				"producer.id.expiration.check.interval.ms=500", "log.roll.ms=1000", "log.cleaner.backoff.ms=500",
				"log.cleaner.min.cleanable.ratio=0.01", "log.cleaner.delete.retention.ms=100");
				GatewayProcess gateway = GatewayProcess.start("--gateway.relay.enabled=true",
						"--gateway.partitions=" + PARTITIONS, "--gateway.data-dir=" + this.folder.resolve("log"),
						"--spring.kafka.bootstrap-servers=" + kafka.address())) {
			GatewayClient client = gateway.client();
			Backlog.append(client, PARTITIONS, THOUSANDS - 1);
			awaitRelayed(client);
			awaitForgotten(kafka.address());
			Backlog.append(client, PARTITIONS, 1);
			awaitRelayed(client);
			for (int partition = 0; partition < PARTITIONS; partition++) {
				RelayCheck.equalsLog(client, kafka.address(), "records", partition);
			}
		}
	}

	/** Until the broker remembers nothing but records. */
	private static void awaitForgotten(String kafka) {
		List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
			.mapToObj((partition) -> new TopicPartition("records", partition))
			.toList();
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
			await().atMost(Duration.ofSeconds(60))
				.until(() -> admin.listTransactions().all().get().isEmpty() && admin.describeProducers(partitions)
					.all()
					.get()
					.values()
					.stream()
					.allMatch((producers) -> producers.activeProducers().isEmpty()));
		}
	}

	private static void awaitRelayed(GatewayClient client) {
		for (int partition = 0; partition < PARTITIONS; partition++) {
			RelayCheck.awaitRelayed(client, partition, Duration.ofSeconds(60));
		}
	}

}
