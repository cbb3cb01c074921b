package org.exactlyonce.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.kafka.GatewayProducer;
import org.exactlyonce.client.support.SharedGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Topics beside {@code records}, on the packaged gateway.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TopicsIT {

	@RegisterExtension
	private static final SharedGateway gateway = new SharedGateway();

	@Test
	void eachHasOffsetsAndSequencesOfItsOwn() throws Exception {
		make("one", 2);
		make("two", 2);
		try (RecordProducer producer = open()) {
			for (int i = 0; i < 3; i++) {
				for (String topic : List.of("one", "two")) {
					Receipt receipt = send(producer, topic, 1);
					assertThat(receipt.topic()).isEqualTo(topic);
					assertThat(receipt.partition()).isEqualTo(1);
					assertThat(List.of(receipt.offset(), receipt.sequence())).containsOnly((long) i);
				}
			}
		}
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(gateway.url()), "two", 1, Position.offset(2))) {
			ReceivedRecord last = reader.next();
			assertThat(last.topic()).isEqualTo("two");
			assertThat(last.value().asText()).isEqualTo("\"two\"");
		}
	}

	@Test
	void oneThatIsMissingIsRefusedUntilItIsMade() throws Exception {
		try (RecordProducer producer = open()) {
			assertThatThrownBy(() -> producer.partitions("missing")).isInstanceOf(UnknownPartitionException.class);
			assertThatThrownBy(() -> send(producer, "missing", 0)).hasCauseInstanceOf(UnknownPartitionException.class);
			assertThat(send(producer, "records", 0).topic()).isEqualTo("records");
			make("missing", 3);
			assertThat(producer.partitions("missing")).isEqualTo(3);
			assertThat(send(producer, "missing", 0).sequence()).isZero();
			assertThatThrownBy(() -> send(producer, "missing", 3)).isInstanceOf(UnknownPartitionException.class);
			assertThatThrownBy(() -> send(producer, "..", 0))
				.isInstanceOf(org.exactlyonce.client.InvalidTopicException.class);
		}
	}

	@Test
	void oneThatIsDeletedOrMadeAgainHasLostWhatWasStored() throws Exception {
		make("gone", 2);
		make("again", 2);
		try (RecordProducer producer = open()) {
			for (String topic : List.of("gone", "again")) {
				assertThat(producer.partitions(topic)).isEqualTo(2);
				send(producer, topic, 1);
				delete(topic);
			}
			make("again", 1);
			for (String topic : List.of("gone", "again")) {
				assertThatThrownBy(() -> send(producer, topic, 1)).hasCauseInstanceOf(LogMismatchException.class);
			}
			assertThat(producer.partitions("again")).isEqualTo(1);
			assertThat(send(producer, "again", 0).offset()).isZero();
			assertThat(send(producer, "records", 0).topic()).as("others go on").isEqualTo("records");
		}
	}

	@Test
	void kafkasProducerWritesToEach() throws Exception {
		make("few", 3);
		make("many", 20);
		Map<String, Object> settings = Map.of("bootstrap.servers", gateway.url());
		try (Producer<String, String> producer = new GatewayProducer<>(settings, new StringSerializer(),
				new StringSerializer())) {
			for (Map.Entry<String, Integer> topic : Map.of("few", 3, "many", 20).entrySet()) {
				assertThat(producer.partitionsFor(topic.getKey())).hasSize(topic.getValue())
					.allMatch((partition) -> partition.topic().equals(topic.getKey()));
				for (int i = 0; i < 10; i++) {
					byte[] key = ("key-" + i).getBytes(StandardCharsets.UTF_8);
					RecordMetadata metadata = producer.send(new ProducerRecord<>(topic.getKey(), "key-" + i, "{}"))
						.get();
					assertThat(metadata.topic()).isEqualTo(topic.getKey());
					assertThat(metadata.partition()).isEqualTo(KeyPartitioner.partition(key, topic.getValue()));
				}
			}
			assertThat(sent(producer, "few")).isEqualTo(10);
			assertThat(sent(producer, "many")).isEqualTo(10);
			assertThatThrownBy(() -> producer.partitionsFor("nowhere"))
				.isInstanceOf(UnknownTopicOrPartitionException.class);
			assertThatThrownBy(producer.send(new ProducerRecord<>("no topic", "{}"))::get)
				.hasCauseInstanceOf(InvalidTopicException.class)
				.hasMessageContaining("Topic name is invalid: 'no topic' contains");
		}
	}

	private static double sent(Producer<?, ?> producer, String topic) {
		return producer.metrics()
			.entrySet()
			.stream()
			.filter((metric) -> metric.getKey().name().equals("record-send-total")
					&& topic.equals(metric.getKey().tags().get("topic")))
			.mapToDouble((metric) -> (Double) metric.getValue().metricValue())
			.sum();
	}

	private static RecordProducer open() {
		return RecordProducer.open(ProducerSettings.builder(gateway.url()).build());
	}

	private static Receipt send(RecordProducer producer, String topic, int partition) throws Exception {
		Value value = Value.json('"' + topic + '"');
		return producer.send(new OutgoingRecord(topic, partition, null, value, List.of(), null))
			.get(60, TimeUnit.SECONDS);
	}

	private static void make(String topic, int partitions) throws Exception {
		assertThat(call("PUT", topic, "{\"partitions\": " + partitions + "}")).isEqualTo(201);
	}

	private static void delete(String topic) throws Exception {
		assertThat(call("DELETE", topic, "")).isEqualTo(204);
	}

	private static int call(String method, String topic, String body) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + "/topics/" + topic))
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(body))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

}
