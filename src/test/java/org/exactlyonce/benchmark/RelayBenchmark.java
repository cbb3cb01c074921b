package org.exactlyonce.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.exactlyonce.gateway.support.Backlog;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.PostgresServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicAdmin;
import org.exactlyonce.gateway.support.TopicReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How fast the relay catches up after Kafka was away, against Kafka's own producer with
 * the same records on the same broker: a key, four headers and 100 bytes of value. The
 * relay reads them from the log and commits them in transactions; the producer makes them
 * up, and is idempotent with acks=all. In turn, three times after a round of warm-up.
 */
class RelayBenchmark {

	private static final int PARTITIONS = 4;

	private static final int THOUSANDS = Integer.getInteger("relay.thousands", 500);

	private static final int RECORDS = PARTITIONS * THOUSANDS * 1000;

	private static final int ROUNDS = 3;

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	@TempDir
	private Path folder;

	@Test
	void measuresOnH2() throws Exception {
		measure("H2", "--gateway.data-dir=" + this.folder.resolve("log"));
	}

	@Test
	void measuresOnPostgres() throws Exception {
		measure("PostgreSQL", GatewayProcess.onPostgres(PostgresServer.newDatabase()));
	}

	private void measure(String store, String... database) throws Exception {
		try (OwnKafka kafka = new OwnKafka(this.folder);
				GatewayProcess gateway = GatewayProcess.startOptimised(arguments(kafka, database))) {
			for (int partition = 0; partition < PARTITIONS; partition++) {
				RelayCheck.awaitRelayed(gateway.client(), partition, PATIENCE);
			}
			double[] relay = new double[ROUNDS];
			double[] producer = new double[ROUNDS];
			for (int round = -1; round < ROUNDS; round++) {
				double relayed = catchUp(gateway.client(), kafka);
				double produced = produce(kafka, "own-" + (round + 1));
				report("%s, round %d: %.0f records/s relayed, %.0f produced", store, round + 1, relayed, produced);
				if (round >= 0) {
					relay[round] = relayed;
					producer[round] = produced;
				}
			}
			report("%s, JDK %s, medians: %.0f records/s relayed, %.0f produced: a ratio of %.2f", store,
					Runtime.version().feature(), median(relay), median(producer), median(relay) / median(producer));
			long[] ends = relayed(gateway.client());
			for (int partition = 0; partition < PARTITIONS; partition++) {
				assertThat(TopicReader.read(kafka.address(), "records", partition)).hasSize((int) ends[partition]);
			}
		}
	}

	private static String[] arguments(OwnKafka kafka, String... database) {
		String[] all = Arrays.copyOf(database, database.length + 3);
		all[database.length] = "--gateway.relay.enabled=true";
		all[database.length + 1] = "--gateway.partitions=" + PARTITIONS;
		all[database.length + 2] = "--spring.kafka.bootstrap-servers=" + kafka.address();
		return all;
	}

	/**
	 * While all partitions are relayed: from the first commit of the last one that begins
	 * to the end of the first one that is through. Before that, retries come at their
	 * time.
	 */
	private static double catchUp(GatewayClient client, OwnKafka kafka) throws Exception {
		while (true) {
			double perSecond = catchUpOnce(client, kafka);
			if (perSecond > 0) {
				return perSecond;
			}
			report("One partition was through before the last one began: once more");
		}
	}

	private static double catchUpOnce(GatewayClient client, OwnKafka kafka) throws Exception {
		long before = relayed(client)[0];
		long end = before + THOUSANDS * 1000L;
		kafka.kill();
		Backlog.append(client, PARTITIONS, THOUSANDS);
		kafka.start();
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> Arrays.stream(relayed(client)).allMatch((offset) -> offset > before));
		long start = System.nanoTime();
		long first = Arrays.stream(relayed(client)).sum();
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> Arrays.stream(relayed(client)).anyMatch((offset) -> offset == end));
		double perSecond = (Arrays.stream(relayed(client)).sum() - first) / ((System.nanoTime() - start) / 1e9);
		await().atMost(PATIENCE).until(() -> Arrays.stream(relayed(client)).allMatch((offset) -> offset == end));
		return perSecond;
	}

	private static long[] relayed(GatewayClient client) {
		return client.get("/partitions")
			.json()
			.get("partitions")
			.valueStream()
			.mapToLong((partition) -> partition.path("relayedOffset").longValue(-1))
			.toArray();
	}

	private static double produce(OwnKafka kafka, String topic) {
		try (TopicAdmin admin = new TopicAdmin(kafka.address())) {
			admin.create(topic, PARTITIONS, Map.of());
		}
		byte[] filler = new byte[100];
		Arrays.fill(filler, (byte) 'x');
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", kafka.address(),
				"acks", "all", "enable.idempotence", "true", "batch.size", 256 * 1024), new ByteArraySerializer(),
				new ByteArraySerializer())) {
			producer.partitionsFor(topic);
			long start = System.nanoTime();
			for (int i = 0; i < RECORDS; i++) {
				ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, i % PARTITIONS, (long) i,
						("k" + i % 97).getBytes(), filler.clone());
				for (String name : List.of("n", "gateway-producer-id", "gateway-sequence", "gateway-offset")) {
					record.headers().add(name, Integer.toString(i).getBytes());
				}
				producer.send(record);
			}
			producer.flush();
			return RECORDS / ((System.nanoTime() - start) / 1e9);
		}
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	private static void report(String format, Object... arguments) {
		System.out.println(format.formatted(arguments));
	}

}
