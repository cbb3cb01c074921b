package org.exactlyonce.gateway.relay;

import java.time.Instant;
import java.util.Optional;

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

	private static final Instant NOON = Instant.parse("2026-11-25T12:00:00.123Z");

	private static RelayedPartition partition(String topic, int number, int id) {
		return new RelayedPartition(RelayedTopic.of(new TopicPartition(topic, number, id), PROPERTIES), number, id);
	}

	private static ConsumerRecord<byte[], byte[]> written(RelayedPartition partition) {
		return read(Cursor.after(record(41, 7L, 3L, NOON)).toKafka("cursors", partition));
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
		Cursor cursor = Cursor.after(record(41, 7L, 3L, NOON));
		assertThat(Cursor.of(written(OF_RECORDS), OF_RECORDS)).isEqualTo(cursor);
		assertThat(Cursor.of(written(OF_ORDERS), OF_ORDERS)).isEqualTo(cursor);
		assertThat(cursor.nextOffset()).isEqualTo(42);
	}

	@Test
	void refusesTheCursorOfAnotherTopic() {
		ConsumerRecord<byte[], byte[]> written = written(OF_RECORDS);
		RelayProperties renamed = new RelayProperties(true, "renamed", "", "cursors", 4);
		RelayedPartition other = new RelayedPartition(RelayedTopic.of(new TopicPartition("records", 3, 3), renamed), 3,
				3);
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(written, other))
			.withMessageContaining("The topic cursors has the cursors of the topic topic, not of renamed");
	}

	@Test
	void readsWhatVersionWithoutTheTopicHasWritten() {
		ProducerRecord<byte[], byte[]> written = Cursor.after(record(41, 7L, 3L, NOON)).toKafka("cursors", OF_RECORDS);
		written.headers().remove("gateway-topic");
		assertThat(written.headers()).extracting(Header::key).containsExactly("gateway-last-record");
		assertThat(written.key()).isEqualTo("3".getBytes());
		assertThat(written.partition()).isEqualTo(3);
		assertThat(Cursor.of(read(written), OF_RECORDS).nextOffset()).isEqualTo(42);
	}

	@Test
	void beginsAnewBehindATopicThatHadTheNameBefore() {
		assertThat(Cursor.of(written(OF_ORDERS), partition("orders", 3, 10_011))).isEqualTo(Cursor.START);
		assertThatExceptionOfType(RelayRefusedException.class)
			.isThrownBy(() -> Cursor.of(written(OF_ORDERS), partition("orders", 3, 10_003)))
			.withMessageContaining("of a younger partition 3 of the topic orders, with the id 10007 and not 10003");
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
		Cursor cursor = Cursor.after(record(41, 7L, 3L, NOON));
		assertThat(cursor.follows(record(41, 7L, 3L, NOON))).isTrue();
		assertThat(cursor.follows(record(41, 7L, 4L, NOON))).isFalse();
		assertThat(cursor.follows(record(41, 8L, 3L, NOON))).isFalse();
		assertThat(cursor.follows(record(41, null, null, NOON))).isFalse();
		assertThat(cursor.follows(record(41, 7L, 3L, NOON.plusMillis(1)))).isFalse();
		assertThat(cursor.follows(record(40, 7L, 3L, NOON))).isFalse();
		assertThat(Cursor.after(record(0, null, null, NOON)).follows(record(0, null, null, NOON))).isTrue();
	}

	@Test
	void refusesWhatAnotherProgramHasWritten() {
		ProducerRecord<byte[], byte[]> foreign = new ProducerRecord<>("cursors", 3, null, "hello".getBytes());
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(read(foreign), OF_RECORDS))
			.withMessageContaining("offset 5 in partition 3 of the topic cursors is no cursor");
		ProducerRecord<byte[], byte[]> tombstone = new ProducerRecord<>("cursors", 3, null, null);
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(read(tombstone), OF_RECORDS));
	}

}
