package org.exactlyonce.gateway.relay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicAdmin;
import org.exactlyonce.gateway.support.TopicReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A topic in Kafka is deleted, made again or put back while the relay has its producers
 * open: nothing goes behind a hole.
 */
class RelayRemadeTopicIT {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private final String topic = KafkaServer.newTopic();

	private final String prefix = this.topic + "-of.";

	private final String orders = this.prefix + "orders";

	@TempDir
	private Path folder;

	private GatewayInProcess gateway(String kafka) {
		return GatewayInProcess.onH2("--gateway.relay.enabled=true", "--gateway.relay.topic=" + this.topic,
				"--gateway.relay.topic-prefix=" + this.prefix, "--spring.kafka.bootstrap-servers=" + kafka,
				"--gateway.partitions=1");
	}

	private static String path(int partition) {
		return "/topics/orders/partitions/" + partition;
	}

	private static void append(GatewayClient client, int partition, long producer, long sequence) {
		assertThat(client.append(path(partition), producer, 0, sequence, "" + sequence).status()).isEqualTo(201);
	}

	/** Three records in each of two partitions, whose producers are open. */
	private static long relayThree(GatewayClient client) {
		client.putTopic("orders", "{\"partitions\": 2}");
		long producer = client.newProducer();
		for (int partition = 0; partition < 2; partition++) {
			for (int sequence = 0; sequence < 3; sequence++) {
				append(client, partition, producer, sequence);
			}
			RelayCheck.awaitRelayed(client, path(partition), PATIENCE);
		}
		return producer;
	}

	private static JsonNode stopped(GatewayClient client) {
		return client.get("/actuator/health/relay").json().at("/details/stopped");
	}

	private static void awaitRefused(GatewayClient client, int partition) {
		await().atMost(PATIENCE)
			.until(() -> stopped(client).valueStream()
				.anyMatch((entry) -> entry.get("reason").asString("").contains("was created anew")
						&& entry.get("partitions").valueStream().anyMatch((number) -> number.intValue() == partition)));
	}

	private void assertEmptyInKafka(int partition) {
		assertThat(TopicReader.read(KafkaServer.address(), this.orders, partition)).isEmpty();
	}

	@Test
	void writesNothingIntoATopicThatItMadeAnewItself() {
		try (GatewayInProcess gateway = gateway(KafkaServer.address());
				TopicAdmin admin = new TopicAdmin(KafkaServer.address())) {
			GatewayClient client = gateway.client();
			long producer = relayThree(client);
			admin.delete(this.orders);
			append(client, 0, producer, 3);
			awaitRefused(client, 0);
			append(client, 1, producer, 3);
			awaitRefused(client, 1);
			assertEmptyInKafka(0);
			assertEmptyInKafka(1);
		}
	}

	/** What was aborted is no record, though the topic's end is behind it. */
	@Test
	void writesNothingIntoATopicThatAnOperatorMadeAnew() {
		try (GatewayInProcess gateway = gateway(KafkaServer.address());
				TopicAdmin admin = new TopicAdmin(KafkaServer.address())) {
			GatewayClient client = gateway.client();
			long producer = relayThree(client);
			admin.delete(this.orders);
			await().atMost(PATIENCE).ignoreExceptions().until(() -> {
				admin.create(this.orders, 2, Map.of());
				return true;
			});
			abort(0);
			append(client, 0, producer, 3);
			append(client, 1, producer, 3);
			awaitRefused(client, 0);
			awaitRefused(client, 1);
			abort(1);
			gateway.restart();
			awaitRefused(gateway.client(), 0);
			awaitRefused(gateway.client(), 1);
			assertEmptyInKafka(0);
			assertEmptyInKafka(1);
		}
	}

	private void abort(int partition) {
		try (KafkaProducer<byte[], byte[]> other = new KafkaProducer<>(
				Map.of("bootstrap.servers", KafkaServer.address(), "transactional.id", this.topic + "-other"),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			other.initTransactions();
			other.beginTransaction();
			for (int i = 0; i < 10; i++) {
				other.send(new ProducerRecord<>(this.orders, partition, null, "other".getBytes()));
			}
			other.flush();
			other.abortTransaction();
		}
	}

	/** Kafka's files are put back as they were, with those of the transactions. */
	@Test
	void sendsAgainWhatAKafkaThatWasPutBackDoesNotHave() throws Exception {
		try (OwnKafka kafka = new OwnKafka(Files.createDirectory(this.folder.resolve("kafka")));
				GatewayInProcess gateway = gateway(kafka.address())) {
			GatewayClient client = gateway.client();
			long producer = relayThree(client);
			kafka.kill();
			Path data = this.folder.resolve("kafka/data");
			Path copy = this.folder.resolve("copy");
			FileSystemUtils.copyRecursively(data, copy);
			kafka.start();
			append(client, 1, producer, 3);
			append(client, 1, producer, 4);
			RelayCheck.awaitRelayed(client, path(1), PATIENCE);
			kafka.kill();
			FileSystemUtils.deleteRecursively(data);
			FileSystemUtils.copyRecursively(copy, data);
			kafka.start();
			append(client, 1, producer, 5);
			RelayCheck.awaitRelayed(client, path(1), PATIENCE);
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(TopicReader.read(kafka.address(), this.orders, 1))
					.extracting((record) -> TopicReader.header(record, "gateway-offset"))
					.isEqualTo(List.of("0", "1", "2", "3", "4", "5")));
		}
	}

}
