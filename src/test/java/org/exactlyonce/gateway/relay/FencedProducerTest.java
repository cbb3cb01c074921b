package org.exactlyonce.gateway.relay;

import java.time.Instant;
import java.util.UUID;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Cursors of many partitions share one of Kafka: a transaction that is open there hides
 * those behind it, so it may not begin before the records are in Kafka.
 */
class FencedProducerTest {

	private static final RelayProperties PROPERTIES = new RelayProperties(true, "records", "", "cursors", 4);

	private final Answering kafka = new Answering();

	private FencedProducer begun() {
		TopicPartition.Placed placed = new TopicPartition.Placed(new TopicPartition("orders", 1, 3, 10_003),
				new UUID(0, 7));
		RelayedPartition partition = new RelayedPartition(RelayedTopic.of(placed, PROPERTIES), 3, 10_003);
		FencedProducer producer = new FencedProducer(this.kafka, PROPERTIES, partition, Cursor.START);
		producer.begin();
		producer.add(new StoredRecord(0, new LogRecord(null, RecordValue.TOMBSTONE, RecordHeaders.NONE, null), 7L, 0L,
				0L, Instant.EPOCH));
		return producer;
	}

	@Test
	void sendsNoCursorBehindARecordThatKafkaDoesNotTake() {
		this.kafka.failure = new RecordTooLargeException("too large");
		FencedProducer producer = begun();
		assertThatExceptionOfType(PoisonException.class).isThrownBy(producer::commit);
		assertThat(this.kafka.uncommittedRecords()).extracting(ProducerRecord::topic).containsExactly("orders");
		producer.close();
		assertThat(this.kafka.history()).isEmpty();
	}

	@Test
	void commitsTheCursorWithTheRecords() {
		FencedProducer producer = begun();
		producer.commit();
		assertThat(this.kafka.transactionCommitted()).isTrue();
		assertThat(this.kafka.history()).extracting(ProducerRecord::topic).containsExactly("orders", "cursors");
		assertThat(producer.cursor().nextOffset()).isEqualTo(1);
	}

	/** Answers when it is flushed, and not before. */
	private static final class Answering extends MockProducer<byte[], byte[]> {

		private RuntimeException failure;

		private Answering() {
			super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
			initTransactions();
		}

		@Override
		public synchronized void flush() {
			if (this.failure != null) {
				errorNext(this.failure);
			}
			super.flush();
		}

	}

}
