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
 * @param id what makes it one record however often, and by whomever, it is sent to its
 * topic, 1 to 255 code points and none of them a control character; null: none. Needs
 * {@link Delivery#AT_LEAST_ONCE}
 */
public record OutgoingRecord(String topic, int partition, byte[] key, Value value, List<Header> headers,
		Instant timestamp, String id) {

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
	 * @param id the id; may be null. {@code send} checks it
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
	 * A record without an id.
	 * @param topic the topic
	 * @param partition the partition, from 0
	 * @param key the key's bytes; may be null
	 * @param value the value
	 * @param headers the headers, in order
	 * @param timestamp the timestamp; may be null
	 */
	public OutgoingRecord(String topic, int partition, byte[] key, Value value, List<Header> headers,
			Instant timestamp) {
		this(topic, partition, key, value, headers, timestamp, null);
	}

	/**
	 * A record without key, headers and timestamp, for {@value #DEFAULT_TOPIC}.
	 * @param partition the partition, from 0
	 * @param value the value
	 */
	public OutgoingRecord(int partition, Value value) {
		this(DEFAULT_TOPIC, partition, null, value, List.of(), null);
	}

	/**
	 * The same with an id.
	 * @param id the id
	 * @return the record
	 */
	public OutgoingRecord withId(String id) {
		return new OutgoingRecord(this.topic, this.partition, this.key, this.value, this.headers, this.timestamp, id);
	}

}
