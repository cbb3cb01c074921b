package org.exactlyonce.gateway.relay;

import java.nio.file.Path;
import java.time.Duration;

import org.exactlyonce.gateway.support.Backlog;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.RelayCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many records end to end, while they are appended ({@code -Drelay.thousands=125}: a
 * million), to a broker that forgets what it may: transactional ids and producers in a
 * second, what is compacted at once.
 */
class RelayMillionIT {

	private static final int PARTITIONS = 8;

	private static final int THOUSANDS = Integer.getInteger("relay.thousands", 25);

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
			// idle for longer than Kafka remembers transactional ids and producers
			Thread.sleep(5_000);
			Backlog.append(client, PARTITIONS, 1);
			awaitRelayed(client);
			for (int partition = 0; partition < PARTITIONS; partition++) {
				RelayCheck.equalsLog(client, kafka.address(), "records", partition);
			}
		}
	}

	private static void awaitRelayed(GatewayClient client) {
		for (int partition = 0; partition < PARTITIONS; partition++) {
			RelayCheck.awaitRelayed(client, partition, Duration.ofSeconds(60));
		}
	}

}
