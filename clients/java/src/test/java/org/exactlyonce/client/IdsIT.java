package org.exactlyonce.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.exactlyonce.client.kafka.GatewayProducer;
import org.exactlyonce.client.support.CuttingProxy;
import org.exactlyonce.client.support.SharedGateway;
import org.exactlyonce.client.support.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Records with ids are stored once, by whomever they are sent.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class IdsIT {

	@RegisterExtension
	private static final SharedGateway gateway = new SharedGateway();

	@Test
	void isADuplicateWhereAnotherProducerHasSentItAndIsToldItsPlace() throws Exception {
		Topics.put(gateway.url(), "shared", 3);
		try (RecordProducer first = RecordProducer.open(settings().build());
				RecordProducer second = RecordProducer.open(settings().build())) {
			List<Receipt> stored = send(first, "shared", 1, 0, 4);
			assertThat(stored).noneMatch(Receipt::duplicate)
				.extracting(Receipt::offset)
				.containsExactly(0L, 1L, 2L, 3L);
			List<Receipt> again = send(second, "shared", 2, 2, 6);
			assertThat(again).extracting(Receipt::duplicate).containsExactly(true, true, false, false);
			assertThat(again).extracting(Receipt::partition).containsExactly(1, 1, 2, 2);
			assertThat(again).extracting(Receipt::offset).containsExactly(2L, 3L, 0L, 1L);
			assertThat(again).extracting(Receipt::appendedAt)
				.as("told of what is new")
				.satisfiesExactly((at) -> assertThat(at).isNull(), (at) -> assertThat(at).isNull(),
						(at) -> assertThat(at).isNotNull(), (at) -> assertThat(at).isNotNull());
			assertThat(send(second, "shared", 1, 3, 4)).extracting(Receipt::appendedAt)
				.containsExactly(stored.get(3).appendedAt());
		}
		assertThat(read("shared", 6)).extracting(ReceivedRecord::id)
			.containsExactlyInAnyOrder("id-0", "id-1", "id-2", "id-3", "id-4", "id-5");
	}

	@Test
	void storesEachOnceWhenRequestsAndAnswersAreLost() throws Exception {
		Topics.put(gateway.url(), "lossy", 1);
		List<Receipt> receipts = new ArrayList<>();
		try (CuttingProxy proxy = new CuttingProxy(gateway.port(), 3)) {
			proxy.cut(0.2, 0.4);
			ProducerSettings settings = ProducerSettings.builder(proxy.url())
				.delivery(Delivery.AT_LEAST_ONCE)
				.batchBytes(400)
				.retryBackoff(Duration.ofMillis(10))
				.build();
			try (RecordProducer producer = RecordProducer.open(settings)) {
				receipts.addAll(send(producer, "lossy", 0, 0, 300));
			}
			assertThat(proxy.cuts()).isGreaterThan(10);
		}
		List<ReceivedRecord> log = read("lossy", 300);
		assertThat(log).extracting(ReceivedRecord::id).doesNotHaveDuplicates();
		assertThat(receipts).anyMatch(Receipt::duplicate);
		for (int i = 0; i < 300; i++) {
			assertThat(log.get((int) receipts.get(i).offset()).id()).isEqualTo("id-" + i);
		}
	}

	@Test
	void failsOnlyTheRecordsWhoseIdsAreOthers() throws Exception {
		Topics.put(gateway.url(), "reused", 1);
		List<Integer> requests = new CopyOnWriteArrayList<>();
		ProducerListener listener = new ProducerListener() {

			@Override
			public void requestSent(String topic, int partition, int records, int bytes, int attempt) {
				requests.add(records);
			}

		};
		try (RecordProducer producer = RecordProducer.open(settings().build());
				RecordProducer other = RecordProducer
					.open(settings().linger(Duration.ofSeconds(1)).listener(listener).build())) {
			for (int taken : List.of(2, 3, 5)) {
				producer.send(outgoing("reused", 0, "id-" + taken, "\"another\"")).get(30, TimeUnit.SECONDS);
			}
			List<CompletableFuture<Receipt>> futures = new ArrayList<>();
			List<Integer> told = new CopyOnWriteArrayList<>();
			for (int i = 0; i < 8; i++) {
				int number = i;
				futures.add(other.send(outgoing("reused", 0, "id-" + i, Integer.toString(i)),
						(receipt, failure) -> told.add(number)));
			}
			other.flush();
			assertThat(requests.get(0)).as("records of one request").isEqualTo(8);
			for (int taken : List.of(2, 3, 5)) {
				assertThatThrownBy(futures.get(taken)::get).cause()
					.isInstanceOfSatisfying(IdReusedException.class,
							(failure) -> assertThat(failure.problem().code()).isEqualTo("ID_REUSED"));
			}
			assertThat(List.of(futures.get(0).get().offset(), futures.get(1).get().offset(),
					futures.get(4).get().offset(), futures.get(6).get().offset(), futures.get(7).get().offset()))
				.containsExactly(3L, 4L, 5L, 6L, 7L);
			assertThat(told).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
		}
		assertThat(read("reused", 8)).extracting((record) -> record.value().asText())
			.containsExactly("\"another\"", "\"another\"", "\"another\"", "0", "1", "4", "6", "7");
	}

	@Test
	void comesToAnEndWhereAllIdsAreOthers() throws Exception {
		Topics.put(gateway.url(), "taken", 1);
		try (RecordProducer producer = RecordProducer.open(settings().build());
				RecordProducer other = RecordProducer.open(settings().linger(Duration.ofSeconds(1)).build())) {
			send(producer, "taken", 0, 0, 20);
			List<CompletableFuture<Receipt>> futures = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				futures.add(other.send(outgoing("taken", 0, "id-" + i, "\"another\"")));
			}
			// The same id twice in one request.
			futures.add(other.send(outgoing("taken", 0, "twice", "1")));
			futures.add(other.send(outgoing("taken", 0, "twice", "2")));
			futures.add(other.send(outgoing("taken", 0, "twice", "1")));
			other.flush();
			assertThat(futures.subList(0, 20))
				.allSatisfy((future) -> assertThatThrownBy(future::get).hasCauseInstanceOf(IdReusedException.class));
			assertThat(futures.get(20).get().offset()).isEqualTo(20);
			assertThatThrownBy(futures.get(21)::get).hasCauseInstanceOf(IdReusedException.class);
			assertThat(futures.get(22).get().offset()).isEqualTo(20);
			assertThat(futures.get(22).get().duplicate()).isTrue();
		}
		read("taken", 21);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "AT_LEAST_ONCE")
	void isRefusedByAnotherDelivery(Delivery delivery) {
		try (RecordProducer producer = RecordProducer
			.open(ProducerSettings.builder(gateway.url()).delivery(delivery).build())) {
			assertThatThrownBy(() -> producer.send(outgoing("records", 0, "id", "1")))
				.isInstanceOf(InvalidRecordException.class)
				.hasMessageContaining("AT_LEAST_ONCE");
		}
	}

	@Test
	void isAHeaderOfKafkasRecords() throws Exception {
		Topics.put(gateway.url(), "kafka", 2);
		Map<String, Object> settings = Map.of("bootstrap.servers", gateway.url(), "enable.idempotence", "false");
		try (Producer<String, String> producer = new GatewayProducer<>(settings, new StringSerializer(),
				new StringSerializer())) {
			for (int partition = 0; partition < 2; partition++) {
				ProducerRecord<String, String> record = new ProducerRecord<>("kafka", partition, null, "{}");
				record.headers().add("gateway-record-id", "order-1".getBytes(StandardCharsets.UTF_8));
				RecordMetadata metadata = producer.send(record).get(30, TimeUnit.SECONDS);
				assertThat(List.of(metadata.partition(), metadata.offset())).isEqualTo(List.of(0, 0L));
			}
		}
		ReceivedRecord stored = read("kafka", 1).get(0);
		assertThat(stored.id()).isEqualTo("order-1");
		assertThat(stored.headers()).isEmpty();
	}

	/** Sends {@code id-FROM} to {@code id-TO}, that excluded. */
	private static List<Receipt> send(RecordProducer producer, String topic, int partition, int from, int to)
			throws Exception {
		List<CompletableFuture<Receipt>> futures = new ArrayList<>();
		for (int i = from; i < to; i++) {
			futures.add(producer.send(outgoing(topic, partition, "id-" + i, Integer.toString(i))));
		}
		List<Receipt> receipts = new ArrayList<>();
		for (CompletableFuture<Receipt> each : futures) {
			receipts.add(each.get(1, TimeUnit.MINUTES));
		}
		return receipts;
	}

	/** All records of a topic, of which there are so many and no more. */
	private static List<ReceivedRecord> read(String topic, int count) {
		List<ReceivedRecord> records = new ArrayList<>();
		try (RecordReader reader = RecordReader.open(ReaderSettings.of(gateway.url()), topic, Position.earliest())) {
			for (int i = 0; i < count; i++) {
				records.add(reader.next());
			}
			assertThat(reader.poll(Duration.ofMillis(500))).isNull();
		}
		return records;
	}

	private static OutgoingRecord outgoing(String topic, int partition, String id, String json) {
		return new OutgoingRecord(topic, partition, null, Value.json(json), List.of(), null).withId(id);
	}

	private static ProducerSettingsBuilder settings() {
		return ProducerSettings.builder(gateway.url()).delivery(Delivery.AT_LEAST_ONCE);
	}

}
