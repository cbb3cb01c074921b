package org.exactlyonce.client;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A record to be sent. {@link RecordProducer#send} takes its bytes as they are then; they
 * are not needed afterwards.
 *
 * @param topic the topic, one that the gateway has
 * @param partition the partition, from 0
 * @param key the key's bytes; may be null, which is not the same as empty
 * @param value the value
 * @param headers the headers, in order
 * @param timestamp kept to the millisecond; null: the time of the append
 */
public record OutgoingRecord(String topic, int partition, byte[] key, Value value, List<Header> headers,
		Instant timestamp) {

	/** The topic that every gateway has. */
	public static final String DEFAULT_TOPIC = "records";

	/**
	 * Checks what can be checked without the gateway.
	 * @param topic the topic
	 * @param partition the partition, from 0
	 * @param key the key's bytes; may be null
	 * @param value the value
	 * @param headers the headers, in order
	 * @param timestamp the timestamp; may be null
	 * @throws NullPointerException if topic, value or headers are null
	 * @throws IllegalArgumentException if the partition is negative
	 */
	public OutgoingRecord {
		Objects.requireNonNull(topic, "topic");
		Objects.requireNonNull(value, "value");
		headers = List.copyOf(headers);
		if (partition < 0) {
			throw new IllegalArgumentException("Partition " + partition + " is negative.");
		}
	}

	/**
	 * A record without key, headers and timestamp, for {@value #DEFAULT_TOPIC}.
	 * @param partition the partition, from 0
	 * @param value the value
	 */
	public OutgoingRecord(int partition, Value value) {
		this(DEFAULT_TOPIC, partition, null, value, List.of(), null);
	}

}
