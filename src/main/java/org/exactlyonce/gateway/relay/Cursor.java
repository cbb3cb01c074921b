package org.exactlyonce.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.jspecify.annotations.Nullable;

/**
 * The offset up to which a partition is relayed, with the record by which it is
 * recognised: a database that was put back, or is another one, has a different record
 * there.
 *
 * @param nextOffset the offset of the first record that is not in Kafka
 * @param last what identifies the record before it; null at the log's start
 * @param kafkaTopicId Kafka's id of the topic that has the records; null if it is not
 * known, as in the cursors of versions that did not write it
 */
record Cursor(long nextOffset, @Nullable String last, @Nullable String kafkaTopicId) {

	private static final String LAST = "gateway-last-record";

	private static final String TOPIC = "gateway-topic";

	private static final String TOPIC_UUID = "gateway-topic-uuid";

	/** Version 0.1 does not write it, and passes over it. */
	static final String KAFKA_TOPIC_ID = "gateway-kafka-topic-id";

	static final Cursor START = new Cursor(0, null, null);

	/**
	 * The cursor behind a record.
	 * @param record the last record of a transaction
	 * @param kafkaTopicId Kafka's id of the topic that it went to; null if not known
	 */
	static Cursor after(StoredRecord record, @Nullable String kafkaTopicId) {
		return new Cursor(record.offset() + 1, identify(record), kafkaTopicId);
	}

	/** Whether a record of the log is the one that was relayed last. */
	boolean follows(StoredRecord record) {
		return this.nextOffset == record.offset() + 1 && Objects.equals(this.last, identify(record));
	}

	private static String identify(StoredRecord record) {
		return record.producerId() + "/" + record.sequence() + "/" + record.appendedAt().toEpochMilli();
	}

	ProducerRecord<byte[], byte[]> toKafka(String cursorTopic, RelayedPartition partition) {
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(cursorTopic, partition.cursorPartition(),
				bytes(partition.cursorKey()), bytes(Long.toString(this.nextOffset)));
		record.headers().add(TOPIC, bytes(partition.topic().kafkaTopic()));
		if (!partition.topic().isRecords()) {
			record.headers().add(TOPIC_UUID, bytes(partition.topic().uuid().toString()));
		}
		if (this.last != null) {
			record.headers().add(LAST, bytes(this.last));
		}
		if (this.kafkaTopicId != null) {
			record.headers().add(KAFKA_TOPIC_ID, bytes(this.kafkaTopicId));
		}
		return record;
	}

	/**
	 * Reads what {@link #toKafka} has written.
	 * @param record a record of the cursor topic, with the partition's key
	 * @param partition the partition whose cursor is wanted
	 * @param deleted whether a topic of the partition's name was deleted
	 * @return the cursor; {@link #START} if it is that of a topic which had the name
	 * before
	 * @throws RelayRefusedException if it is another topic's or another log's, or no
	 * cursor at all
	 */
	static Cursor of(ConsumerRecord<byte[], byte[]> record, RelayedPartition partition, Predicate<UUID> deleted) {
		try {
			requireOwn(record, partition);
			return isOfFormerTopic(record, partition, deleted) ? START
					: new Cursor(Long.parseLong(text(record.value())), header(record.headers(), LAST),
							header(record.headers(), KAFKA_TOPIC_ID));
		}
		catch (NumberFormatException | NullPointerException ex) {
			throw new RelayRefusedException(
					"The record at offset " + record.offset() + " in partition " + record.partition() + " of the topic "
							+ record.topic() + " is no cursor.",
					"Keep others from writing to that topic, and give the relay new topics.");
		}
	}

	private static void requireOwn(ConsumerRecord<byte[], byte[]> record, RelayedPartition partition) {
		String topic = partition.topic().kafkaTopic();
		String owner = header(record.headers(), TOPIC); // version 0.1 does not write it
		if (owner != null && !owner.equals(topic)) {
			throw new RelayRefusedException(
					"The topic " + record.topic() + " has the cursors of the topic " + owner + ", not of " + topic
							+ ".",
					"Give each topic a cursor topic of its own: leave gateway.relay.cursor-topic out, or name one "
							+ "that does not exist yet.");
		}
	}

	/** Only of a topic that this log had is it known that it is the one before. */
	private static boolean isOfFormerTopic(ConsumerRecord<byte[], byte[]> record, RelayedPartition partition,
			Predicate<UUID> deleted) {
		RelayedTopic topic = partition.topic();
		String found = header(record.headers(), TOPIC_UUID);
		if (topic.isRecords() || topic.uuid().toString().equals(found)) {
			return false;
		}
		if (found != null && deleted.test(uuid(found))) {
			return true;
		}
		throw new RelayRefusedException(
				"The topic " + topic.kafkaTopic() + " in Kafka has records of another log: its cursor is of a topic "
						+ ((found != null) ? "with the id " + found : "without an id") + ", " + topic.name() + " is "
						+ topic.uuid() + ", and none of that name and id was deleted here. The database is another "
						+ "one, or an older copy was put back, or gateway.relay.topic-prefix makes two names one.",
				RelayLog.RIGHT_DATABASE
						+ " If this is the right one, name topics that do not exist yet by gateway.relay.topic-prefix.");
	}

	private static UUID uuid(String text) {
		try {
			return UUID.fromString(text);
		}
		catch (IllegalArgumentException ex) {
			throw new NumberFormatException(ex.getMessage());
		}
	}

	private static @Nullable String header(Headers headers, String name) {
		Header header = headers.lastHeader(name);
		return (header != null) ? text(header.value()) : null;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
