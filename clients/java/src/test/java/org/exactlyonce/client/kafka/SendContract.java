package org.exactlyonce.client.kafka;

import java.util.List;
import java.util.concurrent.Future;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.exactlyonce.client.kafka.Log.Stored;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.client.kafka.Contract.await;
import static org.exactlyonce.client.kafka.Contract.numbers;
import static org.exactlyonce.client.kafka.Contract.record;
import static org.exactlyonce.client.kafka.Contract.sendAll;

/**
 * What is stored, where, and what the sender is told about it.
 */
interface SendContract extends Contract {

	@Test // testSendOffset
	default void offsetsFollowOneAnother() throws Exception {
		long end = log().end(0);
		try (Producer<String, String> producer = open()) {
			List<Future<RecordMetadata>> outcomes = sendAll(producer, 0, 100);
			producer.flush();
			for (int i = 0; i < 100; i++) {
				RecordMetadata metadata = await(outcomes.get(i));
				assertThat(metadata.offset()).isEqualTo(end + i);
				assertThat(metadata.partition()).isZero();
				assertThat(metadata.topic()).isEqualTo(Log.TOPIC);
			}
		}
	}

	@Test // testSendToPartition
	default void recordsGoToTheirPartitionInOrder() throws Exception {
		long[] ends = { log().end(1), log().end(2) };
		try (Producer<String, String> producer = open()) {
			for (int i = 0; i < 300; i++) {
				producer.send(record(1 + i % 2, "" + i / 2));
			}
			producer.flush();
			assertThat(values(1, ends[0])).isEqualTo(numbers(150));
			assertThat(values(2, ends[1])).isEqualTo(numbers(150));
		}
	}

	@Test // "guaranteed to execute in order"
	default void callbacksOfAPartitionRunInTheOrderSent() {
		List<String> called = new java.util.concurrent.CopyOnWriteArrayList<>();
		try (Producer<String, String> producer = open("batch.size", 200, "linger.ms", 0)) {
			for (String value : numbers(500)) {
				producer.send(record(3, value), (metadata, error) -> called.add(value));
			}
			producer.flush();
			assertThat(called).isEqualTo(numbers(500));
		}
	}

	@Test // testSendOffset: the callback
	default void callbackAndFutureTellTheSame() throws Exception {
		List<RecordMetadata> called = new java.util.concurrent.CopyOnWriteArrayList<>();
		try (Producer<String, String> producer = open()) {
			Future<RecordMetadata> outcome = producer.send(new ProducerRecord<>(Log.TOPIC, 3, "key", "value"),
					(metadata, error) -> called.add(metadata));
			producer.flush();
			RecordMetadata metadata = await(outcome);
			assertThat(called).hasSize(1);
			assertThat(called.get(0).offset()).isEqualTo(metadata.offset());
			assertThat(metadata.hasOffset()).isTrue();
			if (Difference.PREPARES_RECORDS.appliesTo(kind())) {
				assertThat(metadata.serializedKeySize()).isEqualTo(3);
				assertThat(metadata.serializedValueSize()).isEqualTo(5);
			}
		}
	}

	@Test // testPartitioner: murmur2
	default void keysChoosePartitions() throws Exception {
		try (Producer<String, String> producer = open()) {
			for (String key : List.of("", "customer-7", "Ärger", "21", "a longer key than the others")) {
				RecordMetadata metadata = await(producer.send(new ProducerRecord<>(Log.TOPIC, key, "value")));
				assertThat(metadata.partition())
					.isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(UTF_8), Log.PARTITIONS));
			}
		}
	}

	@Test // testHeadersSuccess, and everything else that a record may have
	default void recordsAreReadAsTheyWereSent() throws Exception {
		byte[] binary = { 0, (byte) 0xFF, 10, 13, (byte) 0xC3 };
		try (Producer<byte[], byte[]> producer = open(settings(), new ByteArraySerializer(),
				new ByteArraySerializer())) {
			ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Log.TOPIC, 4, 1_700_000_000_123L, binary,
					binary);
			record.headers().add("b", "1".getBytes(UTF_8)).add("a", null).add("b", binary).add("b", new byte[0]);
			Stored stored = read(await(producer.send(record)));
			assertThat(stored.key()).isEqualTo(binary);
			assertThat(stored.value()).isEqualTo(binary);
			assertThat(stored.timestamp()).isEqualTo(1_700_000_000_123L);
			assertThat(stored.headers()).containsExactly(record.headers().toArray());
		}
	}

	@Test // testSendOffset: null key, null value
	default void nullAndEmptyAreNotTheSame() throws Exception {
		try (Producer<byte[], byte[]> producer = open(settings(), new ByteArraySerializer(),
				new ByteArraySerializer())) {
			Stored nulls = read(await(producer.send(new ProducerRecord<>(Log.TOPIC, 4, null, null))));
			assertThat(nulls.key()).isNull();
			assertThat(nulls.value()).isNull();
			assertThat(nulls.headers()).isEmpty();
			Stored empty = read(await(producer.send(new ProducerRecord<>(Log.TOPIC, 4, new byte[0], new byte[0]))));
			assertThat(empty.key()).isEmpty();
			assertThat(empty.value()).isEmpty();
		}
	}

	@Test // KAFKA-2136: create time
	default void timeOfSendIsTheTimestamp() throws Exception {
		Difference.PREPARES_RECORDS.orSkip(kind());
		long before = System.currentTimeMillis();
		try (Producer<String, String> producer = open("linger.ms", 100)) {
			RecordMetadata metadata = await(producer.send(record(4, "value")));
			assertThat(metadata.timestamp()).isBetween(before, System.currentTimeMillis());
			assertThat(read(metadata).timestamp()).isEqualTo(metadata.timestamp());
		}
	}

	@Test // testBatchSizeZero
	default void batchesMayBeOfOneRecord() {
		long end = log().end(5);
		try (Producer<String, String> producer = open("batch.size", 0)) {
			sendAll(producer, 5, 30);
			producer.flush();
			assertThat(values(5, end)).isEqualTo(numbers(30));
		}
	}

	@Test // testSendWithAcksZero: no acknowledgement, no offset
	default void acksZeroHasNoOffset() throws Exception {
		Difference.HAS_SETTINGS.orSkip(kind());
		try (Producer<String, String> producer = open("acks", "0", "enable.idempotence", "false")) {
			RecordMetadata metadata = await(producer.send(record(5, "value")));
			assertThat(metadata.hasOffset()).isFalse();
			assertThat(metadata.offset()).isEqualTo(-1);
		}
	}

	@Test // at least once
	default void idempotenceIsOptional() throws Exception {
		long end = log().end(5);
		try (Producer<String, String> producer = open("enable.idempotence", "false")) {
			sendAll(producer, 5, 30).forEach((outcome) -> {
			});
			producer.flush();
			assertThat(values(5, end)).containsExactlyInAnyOrderElementsOf(numbers(30));
		}
	}

	@Test // "thread safe"
	default void threadsShareAProducer() throws Exception {
		long end = log().end(6);
		try (Producer<String, String> producer = open()) {
			List<Thread> threads = List.of("a", "b", "c", "d").stream().map((name) -> new Thread(() -> {
				numbers(200).forEach((number) -> producer.send(record(6, name + number)));
			})).toList();
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			producer.flush();
			List<String> stored = values(6, end);
			assertThat(stored).hasSize(800);
			for (String name : List.of("a", "b", "c", "d")) {
				assertThat(stored.stream().filter((value) -> value.startsWith(name)).map((value) -> value.substring(1)))
					.isEqualTo(numbers(200));
			}
		}
	}

	private Stored read(RecordMetadata metadata) {
		return log().read(metadata.partition(), metadata.offset()).get(0);
	}

}
