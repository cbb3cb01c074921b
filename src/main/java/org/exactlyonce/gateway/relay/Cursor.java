package org.exactlyonce.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.jspecify.annotations.Nullable;

/**
 * How far a partition is relayed, and by which record that can be recognised: a database
 * that was put back, or is another one, has a different record there.
 *
 * @param nextOffset the offset of the first record that is not in Kafka
 * @param last what identifies the record before it; null at the log's start
 */
record Cursor(long nextOffset, @Nullable String last) {

	private static final String LAST = "gateway-last-record";

	static final Cursor START = new Cursor(0, null);

	/** The cursor behind a record. */
	static Cursor after(StoredRecord record) {
		return new Cursor(record.offset() + 1, identify(record));
	}

	/** Whether a record of the log is the one that was relayed last. */
	boolean follows(StoredRecord record) {
		return this.nextOffset == record.offset() + 1 && Objects.equals(this.last, identify(record));
	}

	private static String identify(StoredRecord record) {
		return record.producerId() + "/" + record.sequence() + "/" + record.appendedAt().toEpochMilli();
	}

	ProducerRecord<byte[], byte[]> toKafka(String topic, int partition) {
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, bytes(partition),
				bytes(this.nextOffset));
		if (this.last != null) {
			record.headers().add(LAST, this.last.getBytes(StandardCharsets.UTF_8));
		}
		return record;
	}

	/**
	 * Reads what {@link #toKafka} has written.
	 * @param record a record of the cursor topic
	 * @return the cursor
	 * @throws RelayRefusedException if somebody else has written it
	 */
	static Cursor of(ConsumerRecord<byte[], byte[]> record) {
		try {
			return new Cursor(Long.parseLong(text(record.value())), last(record.headers()));
		}
		catch (NumberFormatException | NullPointerException ex) {
			throw new RelayRefusedException(
					"The record at offset " + record.offset() + " in partition " + record.partition() + " of the topic "
							+ record.topic() + " is no cursor.",
					"Keep others from writing to that topic, and give the relay new topics.");
		}
	}

	private static @Nullable String last(Headers headers) {
		Header last = headers.lastHeader(LAST);
		return (last != null) ? text(last.value()) : null;
	}

	private static byte[] bytes(long number) {
		return Long.toString(number).getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
