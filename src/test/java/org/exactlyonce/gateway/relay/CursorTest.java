package org.exactlyonce.gateway.relay;

import java.time.Instant;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CursorTest {

	private static final RelayProperties PROPERTIES = new RelayProperties(true, "topic", "cursors", 4);

	private static final Instant NOON = Instant.parse("2026-11-25T12:00:00.123Z");

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
		assertThat(Cursor.of(read(cursor.toKafka(PROPERTIES, 3)), "topic")).isEqualTo(cursor);
		assertThat(cursor.nextOffset()).isEqualTo(42);
	}

	@Test
	void refusesTheCursorOfAnotherTopic() {
		ConsumerRecord<byte[], byte[]> written = read(Cursor.after(record(41, 7L, 3L, NOON)).toKafka(PROPERTIES, 3));
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(written, "renamed"))
			.withMessageContaining("The topic cursors has the cursors of the topic topic, not of renamed");
	}

	@Test
	void readsWhatVersionWithoutTheTopicHasWritten() {
		Cursor cursor = Cursor.after(record(41, 7L, 3L, NOON));
		ProducerRecord<byte[], byte[]> written = cursor.toKafka(PROPERTIES, 3);
		written.headers().remove("gateway-topic");
		assertThat(Cursor.of(read(written), "any")).isEqualTo(cursor);
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
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(read(foreign), "topic"))
			.withMessageContaining("offset 5 in partition 3 of the topic cursors is no cursor");
		ProducerRecord<byte[], byte[]> tombstone = new ProducerRecord<>("cursors", 3, null, null);
		assertThatExceptionOfType(RelayRefusedException.class).isThrownBy(() -> Cursor.of(read(tombstone), "topic"));
	}

}
