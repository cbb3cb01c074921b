package org.exactlyonce.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The relay of a thousand topics with ten partitions each, on one broker: how long until
 * all are there in Kafka, until a record of the last topic is relayed, before and after a
 * restart, and one of every partition, or of {@code relay.active} topics; and the
 * producers, threads and heap that it takes. Every record is looked for in Kafka
 * afterwards.
 */
class RelayScaleBenchmark {

	private static final int TOPICS = Integer.getInteger("relay.topics", 1000);

	private static final int PARTITIONS = 10;

	/** How many topics have records, and the last one. */
	private static final int ACTIVE = Math.min(Integer.getInteger("relay.active", TOPICS), TOPICS - 1);

	private static final String HEAP = System.getProperty("relay.heap", "512m");

	private static final Duration PATIENCE = Duration.ofMinutes(20);

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
		// or the broker takes 20 MB of address space for each partition
		try (OwnKafka kafka = new OwnKafka(this.folder, "log.index.size.max.bytes=65536",
				"log.cleaner.dedupe.buffer.size=16777216")) {
			List<String> arguments = new ArrayList<>(List.of(database));
			arguments.addAll(List.of("--gateway.relay.enabled=true", "--gateway.partitions=1",
					"--gateway.max-partitions=" + (TOPICS * PARTITIONS + 1),
					"--spring.kafka.bootstrap-servers=" + kafka.address()));
			Scale scale = new Scale(store, arguments.toArray(String[]::new), kafka.address());
			scale.make();
			scale.restart();
		}
	}

	/** One run: its figures are printed as they come. */
	private record Scale(String store, String[] arguments, String kafka) {

		private void make() {
			try (GatewayProcess gateway = start()) {
				GatewayClient client = gateway.client();
				long began = System.nanoTime();
				for (int topic = 0; topic < TOPICS; topic++) {
					assertThat(client.putTopic(name(topic), "{\"partitions\": " + PARTITIONS + "}").status())
						.isEqualTo(201);
				}
				report("%d topics made in %.1f s", TOPICS, since(began));
				awaitAll(client);
				report("all in Kafka %.1f s after the first was made", since(began));
				relayLast(client, "a record of the last topic");
				relayAll(client);
				reportSizes(gateway);
				assertRelayed(2);
			}
		}

		private void restart() {
			long began = System.nanoTime();
			try (GatewayProcess gateway = start()) {
				GatewayClient client = gateway.client();
				report("started again in %.1f s", since(began));
				relayLast(client, "a record of the last topic after the start");
				awaitAll(client);
				report("all known again %.1f s after the start began", since(began));
				relayAll(client);
				reportSizes(gateway);
				assertRelayed(4);
			}
		}

		private GatewayProcess start() {
			return GatewayProcess.startOptimised(List.of("-Xmx" + HEAP), this.arguments);
		}

		private void relayLast(GatewayClient client, String what) {
			long began = System.nanoTime();
			append(client, TOPICS - 1);
			awaitRelayed(client, TOPICS - 1);
			report("%s is relayed after %.3f s", what, since(began));
		}

		private void relayAll(GatewayClient client) {
			long began = System.nanoTime();
			for (int topic = 0; topic < ACTIVE; topic++) {
				append(client, topic);
			}
			report("a record to each of %d partitions appended in %.1f s", ACTIVE * PARTITIONS, since(began));
			awaitActive(client);
			report("and relayed %.1f s after the first of them", since(began));
			for (int topic = 0; topic < ACTIVE; topic++) { // those that are open by
															// now
				append(client, topic);
			}
			append(client, TOPICS - 1);
			awaitActive(client);
			report("another one of each relayed %.1f s after that one", since(began));
		}

		/** One to each of its partitions. */
		private static void append(GatewayClient client, int topic) {
			String records = IntStream.range(0, PARTITIONS)
				.mapToObj((partition) -> "{\"partition\": " + partition + ", \"value\": " + topic + "}")
				.collect(Collectors.joining(", ", "{\"records\": [", "]}"));
			assertThat(client.post("/topics/" + name(topic) + "/records", records).status()).isEqualTo(201);
		}

		private static void awaitActive(GatewayClient client) {
			for (int topic = 0; topic < ACTIVE; topic++) {
				awaitRelayed(client, topic);
			}
			awaitRelayed(client, TOPICS - 1);
		}

		private static void awaitAll(GatewayClient client) {
			for (int topic = 0; topic < TOPICS; topic++) {
				awaitRelayed(client, topic);
			}
		}

		private static void awaitRelayed(GatewayClient client, int topic) {
			if (!isRelayed(client, topic)) { // or each waits before its first look
				await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> isRelayed(client, topic));
			}
		}

		private static boolean isRelayed(GatewayClient client, int topic) {
			return client.get("/topics/" + name(topic) + "/partitions")
				.json()
				.get("partitions")
				.valueStream()
				.allMatch((partition) -> partition.path("relayedOffset").longValue(-1) == partition.get("logEndOffset")
					.longValue());
		}

		private void reportSizes(GatewayProcess gateway) {
			List<String> threads = gateway.threads();
			long producers = threads.stream()
				.filter((name) -> name.startsWith("kafka-producer-network-thread"))
				.count();
			gateway.collectGarbage();
			double heap = gateway.client()
				.get("/actuator/metrics/jvm.memory.used?tag=area:heap")
				.json()
				.at("/measurements/0/value")
				.doubleValue();
			int lines = gateway.client().get("/actuator/prometheus").text().split("\n").length;
			report("%d producers, %d threads, %.0f MB of -Xmx%s used, %d lines of metrics", producers, threads.size(),
					heap / (1024 * 1024), HEAP, lines);
		}

		/**
		 * Each partition that is used has as many records as were appended, none of them
		 * twice.
		 */
		private void assertRelayed(int each) {
			List<TopicPartition> all = IntStream
				.concat(IntStream.range(0, ACTIVE * PARTITIONS),
						IntStream.range((TOPICS - 1) * PARTITIONS, TOPICS * PARTITIONS))
				.mapToObj((i) -> new TopicPartition(name(i / PARTITIONS), i % PARTITIONS))
				.toList();
			Map<TopicPartition, Integer> found = new HashMap<>();
			try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
					Map.of("bootstrap.servers", this.kafka, "isolation.level", "read_committed"),
					new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
				consumer.assign(all);
				consumer.seekToBeginning(all);
				Map<TopicPartition, Long> ends = consumer.endOffsets(all);
				while (all.stream().anyMatch((partition) -> consumer.position(partition) < ends.get(partition))) {
					consumer.poll(Duration.ofSeconds(1))
						.forEach((record) -> found.merge(new TopicPartition(record.topic(), record.partition()), 1,
								Integer::sum));
				}
			}
			assertThat(found).hasSize(all.size())
				.allSatisfy((partition, records) -> assertThat(records).as("records of %s", partition).isEqualTo(each));
		}

		private void report(String format, Object... figures) {
			System.out.println(this.store + ": " + format.formatted(figures));
		}

		private static String name(int topic) {
			return "topic-%04d".formatted(topic);
		}

		private static double since(long began) {
			return (System.nanoTime() - began) / 1e9;
		}

	}

}
