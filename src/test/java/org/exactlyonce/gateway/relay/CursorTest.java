package org.exactlyonce.gateway.relay;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CursorTest {

	private static final RelayProperties PROPERTIES = new RelayProperties(true, "topic", "copy.", "cursors", 4);

	private static final RelayedPartition OF_RECORDS = partition("records", 3, 3);

	private static final RelayedPartition OF_ORDERS = partition("orders", 3, 10_007);

	/** Which topics were deleted. */
	private static final Predicate<UUID> NONE = (uuid) -> false;

	private static final Instant NOON = Instant.parse("2026-11-25T12:00:00.123Z");

	private static RelayedPartition partition(String topic, int number, int id) {
		return partition(topic, new UUID(0, topic.length()), number, id, PROPERTIES);
	}

	private static RelayedPartition partition(String topic, UUID uuid, int number, int id, RelayProperties properties) {
		TopicPartition.Placed placed = new TopicPartition.Placed(new TopicPartition(topic, 1, number, id), uuid);
		return new RelayedPartition(RelayedTopic.of(placed, properties), number, id);
	}

	private static ConsumerRecord<byte[], byte[]> written(RelayedPartition partition) {
		return read(Cursor.after(record(41, 7L, 3L, NOON), "id").toKafka("cursors", partition));
	}

	private static StoredRecord record(long offset, Long producerId, Long sequence, Instant appendedAt) {
		LogRecord sent = new LogRecord(null, RecordValue.TOMBSTONE, RecordHeaders.NONE, null);
		return new StoredRecord(offset, sent, producerId, (producerId != null) ? 0L : null, sequence, appendedAt);
	}

	private static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> written) {
		return new ConsumerRecord<>(written.topic(), written.partition(), 5, 0, TimestampType.CREATE_TIME, -1, -1,
				written.key(), written.value(), written.headers(), Optional.empty());
	}

	@Test
	void readsWhatItHasWritten() {
		Cursor cursor = Cursor.after(record(41, 7L, 3L, NOON), "id");
		assertThat(Cursor.of(written(OF_RECORDS), OF_RECORDS, NONE)).isEqualTo(cursor);
		assertThat(Cursor.of(written(OF_ORDERS), OF_ORDERS, NONE)).isEqualTo(cursor);
		assertThat(cursor.nextOffset()).isEqualTo(42);
	}

	@Test
	void refusesTheCursorOfAnotherTopic() {
		ConsumerRecord<byte[], byte[]> written = written(OF_RECORDS);
		RelayProperties renamed = new RelayProperties(true, "renamed", "", "cursors", 4);
		RelayedPartition other = partition("records", new UUID(0, 7), 3, 3, renamed);
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(written, other, NONE))
			.withMessageContaining("The topic cursors has the cursors of the topic topic, not of renamed");
	}

	@Test
	void readsWhatVersionWithoutTheTopicHasWritten() {
		ProducerRecord<byte[], byte[]> written = Cursor.after(record(41, 7L, 3L, NOON), null)
			.toKafka("cursors", OF_RECORDS);
		written.headers().remove("gateway-topic");
		assertThat(written.headers()).extracting(Header::key).containsExactly("gateway-last-record");
		assertThat(written.key()).isEqualTo("3".getBytes());
		assertThat(written.partition()).isEqualTo(3);
		assertThat(Cursor.of(read(written), OF_RECORDS, NONE)).isEqualTo(Cursor.after(record(41, 7L, 3L, NOON), null));
	}

	@Test
	void beginsAnewBehindATopicThatHadTheNameBefore() {
		RelayedPartition again = partition("orders", new UUID(0, 1), 3, 10_011, PROPERTIES);
		assertThat(Cursor.of(written(OF_ORDERS), again, OF_ORDERS.topic().uuid()::equals)).isEqualTo(Cursor.START);
	}

	/** Whatever the ids of partitions are: each database begins with the same. */
	@Test
	void refusesTheCursorOfATopicThatThisLogNeverHad() {
		ConsumerRecord<byte[], byte[]> written = written(OF_ORDERS);
		for (int id : new int[] { 10_003, 10_007, 10_011 }) {
			RelayedPartition elsewhere = partition("orders", new UUID(0, 1), 3, id, PROPERTIES);
			assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(written, elsewhere, NONE))
				.withMessageContaining("The topic copy.orders in Kafka has records of another log")
				.withMessageContaining(OF_ORDERS.topic().uuid().toString());
		}
		written.headers().remove("gateway-topic-uuid");
		assertThatExceptionOfType(RelayRefusedException.class)
			.isThrownBy(() -> Cursor.of(written, OF_ORDERS, (uuid) -> true))
			.withMessageContaining("without an id");
	}

	/** Kafka would let the gateway create them. */
	@Test
	void refusesNamesThatAreKafkasOwn() {
		RelayProperties bare = new RelayProperties(true, "topic", "", "cursors", 4);
		RelayedTopic offsets = partition("__consumer_offsets", new UUID(0, 1), 0, 10_000, bare).topic();
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> offsets.requireNameOfItsOwn(bare))
			.withMessageContaining("__consumer_offsets in Kafka, where names that begin with __ are Kafka's own");
		partition("__consumer_offsets", new UUID(0, 1), 0, 10_000, PROPERTIES).topic().requireNameOfItsOwn(PROPERTIES);
	}

	/** It is the name of leases: how far one destination is says nothing of another. */
	@Test
	void namesTheDestination() {
		assertThat(new RelayProperties(true, "topic", "", "topic-cursor", 4).destination()).isEqualTo("topic");
		assertThat(PROPERTIES.destination()).isEqualTo("topic copy. cursors");
		assertThat(new RelayProperties(true, "topic", "", "cursors", 4).destination()).isEqualTo("topic  cursors");
		RelayProperties longNames = new RelayProperties(true, "t".repeat(200), "", "c".repeat(200), 4);
		assertThat(longNames.destination()).matches("[0-9a-f]{64}");
	}

	@Test
	void tellsThePartitionsOfACursorTopicApart() {
		assertThat(OF_RECORDS.cursorKey()).isEqualTo("3");
		assertThat(OF_ORDERS.cursorKey()).isEqualTo("copy.orders/3");
		assertThat(OF_ORDERS.hasKey(written(OF_ORDERS).key())).isTrue();
		assertThat(OF_ORDERS.hasKey(written(OF_RECORDS).key())).isFalse();
		assertThat(OF_RECORDS.hasKey(written(OF_ORDERS).key())).isFalse();
		assertThat(OF_RECORDS.transactionalId()).isEqualTo("gateway-relay-topic-3");
		assertThat(OF_ORDERS.transactionalId()).isEqualTo("gateway-relay-copy.orders-3");
	}

	/** They must never move, or cursors would not be found. */
	@Test
	void placesCursorsWhereTheyWere() {
		assertThat(OF_RECORDS.cursorPartition()).isEqualTo(3);
		assertThat(OF_ORDERS.cursorPartition()).isEqualTo(18);
		assertThat(partition("orders", 4, 10_008).cursorPartition()).isEqualTo(19);
		assertThat(partition("orders", 3, 10_011).cursorPartition()).isEqualTo(18);
	}

	@Test
	void recognisesTheRecordBeforeIt() {
		Cursor cursor = Cursor.after(record(41, 7L, 3L, NOON), "id");
		assertThat(cursor.follows(record(41, 7L, 3L, NOON))).isTrue();
		assertThat(cursor.follows(record(41, 7L, 4L, NOON))).isFalse();
		assertThat(cursor.follows(record(41, 8L, 3L, NOON))).isFalse();
		assertThat(cursor.follows(record(41, null, null, NOON))).isFalse();
		assertThat(cursor.follows(record(41, 7L, 3L, NOON.plusMillis(1)))).isFalse();
		assertThat(cursor.follows(record(40, 7L, 3L, NOON))).isFalse();
		assertThat(Cursor.after(record(0, null, null, NOON), null).follows(record(0, null, null, NOON))).isTrue();
	}

	@Test
	void refusesWhatAnotherProgramHasWritten() {
		ProducerRecord<byte[], byte[]> foreign = new ProducerRecord<>("cursors", 3, null, "hello".getBytes());
		assertThatExceptionOfType(RelayRefusedException.class)
			.isThrownBy(() -> Cursor.of(read(foreign), OF_RECORDS, NONE))
			.withMessageContaining("offset 5 in partition 3 of the topic cursors is no cursor");
		ProducerRecord<byte[], byte[]> tombstone = new ProducerRecord<>("cursors", 3, null, null);
		assertThatExceptionOfType(RelayRefusedException.class)
			.isThrownBy(() -> Cursor.of(read(tombstone), OF_RECORDS, NONE));
	}

}
