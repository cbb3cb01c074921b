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

	private String idNow = "another";

	private FencedProducer begun() {
		return begun(0);
	}

	private FencedProducer begun(long end) {
		TopicPartition.Placed placed = new TopicPartition.Placed(new TopicPartition("orders", 1, 3, 10_003),
				new UUID(0, 7));
		RelayedPartition partition = new RelayedPartition(RelayedTopic.of(placed, PROPERTIES), 3, 10_003);
		FencedProducer producer = new FencedProducer(this.kafka, PROPERTIES, partition,
				new CursorReader.Place(Cursor.START, new WrittenOffsets(partition, end, "id", () -> this.idNow)));
		producer.begin();
		producer.add(record(0));
		return producer;
	}

	private static StoredRecord record(long offset) {
		return new StoredRecord(offset, new LogRecord(null, RecordValue.TOMBSTONE, RecordHeaders.NONE, null), 7L, 0L,
				offset, Instant.EPOCH);
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
		assertThat(producer.cursor().kafkaTopicId()).isEqualTo("id");
	}

	/** Here Kafka's next offset is 0. */
	@Test
	void commitsNothingWhereKafkaDoesNotHaveWhatItHad() {
		FencedProducer producer = begun(1);
		assertThatExceptionOfType(PutBackException.class).isThrownBy(producer::commit)
			.withMessageContaining("got the offset 0 in orders-3, where 1 is the first that is free");
		assertThat(this.kafka.uncommittedRecords()).extracting(ProducerRecord::topic).containsExactly("orders");
		producer.close();
		assertThat(this.kafka.history()).isEmpty();
	}

	/** Where somebody has written as much into a topic that was made anew. */
	@Test
	void commitsNothingWhereATopicThatWasMadeAnewHasGrownBeyondTheOneBefore() {
		FencedProducer producer = begun(0);
		producer.commit();
		this.kafka.sendAsAnother(3);
		producer.begin();
		producer.add(record(1));
		assertThatExceptionOfType(PutBackException.class).isThrownBy(producer::commit)
			.withMessageContaining("The topic orders has the id another, and had id");
	}

	@Test
	void goesOnBehindWhatOthersHaveWrittenToItsTopic() {
		FencedProducer producer = begun(0);
		producer.commit();
		this.kafka.sendAsAnother(3);
		this.idNow = "id";
		producer.begin();
		producer.add(record(1));
		producer.commit();
		assertThat(producer.cursor().nextOffset()).isEqualTo(2);
	}

	/** Answers when it is flushed, and not before. */
	private static final class Answering extends MockProducer<byte[], byte[]> {

		private RuntimeException failure;

		private Answering() {
			super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
			initTransactions();
		}

		private void sendAsAnother(int records) {
			beginTransaction();
			for (int i = 0; i < records; i++) {
				send(new ProducerRecord<>("orders", 3, null, new byte[1]));
			}
			commitTransaction();
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
