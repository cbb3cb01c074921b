package org.exactlyonce.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.KafkaServer;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicAdmin;
import org.exactlyonce.gateway.support.TopicReader;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One topic for the cursors of all partitions, which others write to at the same time and
 * version 0.1 has written to.
 */
class RelayCursorsIT {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String ORDERS = "/topics/orders/partitions/0";

	private final String topic = KafkaServer.newTopic();

	private final String cursors = this.topic + "-cursor";

	private final String prefix = this.topic + "-of.";

	private GatewayInProcess gateway() {
		return GatewayInProcess.onH2("--gateway.relay.enabled=true", "--gateway.relay.topic=" + this.topic,
				"--gateway.relay.topic-prefix=" + this.prefix,
				"--spring.kafka.bootstrap-servers=" + KafkaServer.address(), "--gateway.partitions=2");
	}

	private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
		Map<String, Object> settings = new HashMap<>(more);
		settings.put("bootstrap.servers", KafkaServer.address());
		return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
	}

	private static void append(GatewayClient client, String path, long producer, long sequence) {
		assertThat(client.append(path, producer, 0, sequence, "" + sequence).status()).isEqualTo(201);
	}

	private void assertOrdersRelayed(GatewayClient client) {
		RelayCheck.awaitRelayed(client, ORDERS, PATIENCE);
		RelayCheck.equalsLog(client, ORDERS, KafkaServer.address(), this.prefix + "orders", 0, 0);
	}

	/** Another's open transaction hides the newest cursor, which is waited for. */
	@Test
	void waitsForACursorBehindAnOpenTransaction() {
		try (GatewayInProcess gateway = gateway();
				KafkaProducer<byte[], byte[]> other = producer(Map.of("transactional.id", this.topic + "-other"))) {
			gateway.client().putTopic("orders", "{\"partitions\": 1}");
			long producer = gateway.client().newProducer();
			append(gateway.client(), ORDERS, producer, 0);
			assertOrdersRelayed(gateway.client());
			other.initTransactions();
			other.beginTransaction();
			other.send(new ProducerRecord<>(this.cursors, place(), "other".getBytes(), "1".getBytes()));
			other.flush();
			append(gateway.client(), ORDERS, producer, 1);
			RelayCheck.awaitRelayed(gateway.client(), ORDERS, PATIENCE);
			gateway.restart();
			append(gateway.client(), ORDERS, producer, 2);
			await().during(Duration.ofSeconds(2))
				.atMost(PATIENCE)
				.until(() -> gateway.client().get(ORDERS).json().path("relayedOffset").longValue(-1) < 3);
			other.commitTransaction();
			assertOrdersRelayed(gateway.client());
		}
	}

	private int place() {
		return Math.floorMod((this.prefix + "orders/0").hashCode(), RelayedPartition.SHARED_CURSORS);
	}

	@Test
	void goesOnFromACursorOfVersionWithoutTopics() {
		try (GatewayInProcess gateway = gateway(); KafkaProducer<byte[], byte[]> old = producer(Map.of())) {
			long producer = gateway.client().newProducer();
			for (int sequence = 0; sequence < 3; sequence++) {
				append(gateway.client(), "/partitions/1", producer, sequence);
			}
			RelayCheck.awaitRelayed(gateway.client(), 1, PATIENCE);
			List<ConsumerRecord<byte[], byte[]>> written = TopicReader.read(KafkaServer.address(), this.cursors, 1);
			ConsumerRecord<byte[], byte[]> last = written.get(written.size() - 1);
			assertThat(new String(last.key(), StandardCharsets.UTF_8)).isEqualTo("1");
			ProducerRecord<byte[], byte[]> asBefore = new ProducerRecord<>(this.cursors, 1, last.key(), last.value());
			asBefore.headers().add(last.headers().lastHeader("gateway-last-record"));
			old.send(asBefore);
			old.flush();
			gateway.client().putTopic("orders", "{\"partitions\": 1}");
			append(gateway.client(), ORDERS, producer, 0);
			assertOrdersRelayed(gateway.client());
			gateway.restart();
			append(gateway.client(), "/partitions/1", producer, 3);
			RelayCheck.awaitRelayed(gateway.client(), 1, PATIENCE);
			RelayCheck.equalsLog(gateway.client(), KafkaServer.address(), this.topic, 1);
		}
	}

	/** The whole topic is not relayed a second time because its cursor is lost. */
	@Test
	void refusesToRepeatATopicWhoseCursorIsLostUntilItIsTakenBack() {
		try (GatewayInProcess gateway = gateway();
				KafkaProducer<byte[], byte[]> operator = producer(Map.of());
				TopicAdmin admin = new TopicAdmin(KafkaServer.address())) {
			gateway.client().putTopic("orders", "{\"partitions\": 1}");
			long producer = gateway.client().newProducer();
			append(gateway.client(), ORDERS, producer, 0);
			assertOrdersRelayed(gateway.client());
			operator.send(new ProducerRecord<>(this.cursors, place(), (this.prefix + "orders/0").getBytes(), null));
			operator.flush();
			gateway.restart();
			append(gateway.client(), ORDERS, producer, 1);
			await().atMost(PATIENCE).until(() -> reason(gateway).contains("does not know how far the relay was"));
			admin.delete(this.prefix + "orders");
			assertOrdersRelayed(gateway.client());
		}
	}

	private static String reason(GatewayInProcess gateway) {
		return gateway.client().get("/actuator/health/relay").json().at("/details/stopped/0/reason").asString("");
	}

}
