package org.exactlyonce.gateway.relay;

import java.util.function.Supplier;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The offsets that a producer's records get in Kafka. They tell whether the topic is what
 * it was: one that was made anew, or put back, begins again below. Told by the producer's
 * own thread, asked by the one that commits.
 */
final class WrittenOffsets {

	private final RelayedPartition partition;

	private final @Nullable String kafkaTopicId;

	private final Supplier<@Nullable String> idNow;

	private long free;

	private volatile boolean jumped;

	/**
	 * None yet.
	 * @param end where the partition ended in Kafka, or before
	 * @param kafkaTopicId Kafka's id of the topic, asked for after the end; null if it
	 * gives none
	 * @param idNow asks Kafka for it again
	 */
	WrittenOffsets(RelayedPartition partition, long end, @Nullable String kafkaTopicId,
			Supplier<@Nullable String> idNow) {
		this.partition = partition;
		this.free = end;
		this.kafkaTopicId = kafkaTopicId;
		this.idNow = idNow;
	}

	/** Kafka's id of the topic; null if it gives none. */
	@Nullable String kafkaTopicId() {
		return this.kafkaTopicId;
	}

	/**
	 * Takes the next.
	 * @param sent a record that Kafka has
	 * @return what is wrong; null if nothing is
	 */
	@Nullable PutBackException add(RecordMetadata sent) {
		if (!sent.hasOffset()) { // it was there already when it was sent once more
			return null;
		}
		long expected = this.free;
		this.free = sent.offset() + 1;
		if (sent.offset() < expected) {
			return new PutBackException("A record got the offset " + sent.offset() + " in " + this.partition.kafka()
					+ ", where " + expected + " is the first that is free: Kafka does not have what it had");
		}
		this.jumped |= sent.offset() > expected + 1; // a transaction's marker takes one
		return null;
	}

	/**
	 * Looks for the topic again, if somebody else has written to it: in one that was made
	 * anew the next offset may be any.
	 * @throws PutBackException if it is another one
	 */
	void verify() {
		if (this.jumped && this.kafkaTopicId != null) {
			String now = this.idNow.get();
			if (!this.kafkaTopicId.equals(now)) {
				throw new PutBackException("The topic " + this.partition.kafka().topic() + " has the id " + now
						+ ", and had " + this.kafkaTopicId + ": it was created anew");
			}
		}
		this.jumped = false;
	}

}
