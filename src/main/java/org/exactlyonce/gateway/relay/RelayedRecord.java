package org.exactlyonce.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.RecordValue;
import org.jspecify.annotations.Nullable;

/**
 * A record of the log as Kafka gets it. Its own headers come first and the gateway's
 * after them, as the last header of a name is the one that counts in Kafka.
 */
final class RelayedRecord {

	/** Beside the value, the key and the headers, about. */
	private static final int OVERHEAD = 100;

	private RelayedRecord() {
	}

	/**
	 * Makes the Kafka record.
	 * @param stored the record in the log
	 * @param partition where it goes
	 * @return the record
	 */
	static ProducerRecord<byte[], byte[]> of(StoredRecord stored, TopicPartition partition) {
		RecordValue value = stored.record().value();
		long millis = stored.timestampMillis();
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(partition.topic(), partition.partition(),
				Math.max(0, millis), stored.record().key(),
				(value.kind() != RecordValue.Kind.TOMBSTONE) ? value.bytes() : null);
		Headers headers = record.headers();
		stored.record().headers().entries().forEach((header) -> headers.add(header.name(), header.value()));
		add(headers, "gateway-producer-id", stored.producerId());
		add(headers, "gateway-sequence", stored.sequence());
		add(headers, "gateway-offset", stored.offset());
		add(headers, "gateway-content-type", value.contentType());
		add(headers, "gateway-record-id", stored.record().id());
		if (millis < 0) { // Kafka has no time before 1970
			add(headers, "gateway-timestamp", Instant.ofEpochMilli(millis));
		}
		return record;
	}

	private static void add(Headers headers, String name, @Nullable Object value) {
		if (value != null) {
			headers.add(name, value.toString().getBytes(StandardCharsets.UTF_8));
		}
	}

	/** About what a record takes in a transaction, in bytes. */
	static long weight(StoredRecord stored) {
		return OVERHEAD + stored.record().value().bytes().length;
	}

}
