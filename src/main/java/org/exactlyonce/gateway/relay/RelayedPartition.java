package org.exactlyonce.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

import org.apache.kafka.common.TopicPartition;

/**
 * A partition of the log, and where it goes. What is fenced, and what a cursor is for, is
 * the partition in Kafka: a topic that is made again under its name follows the one
 * before it there.
 *
 * @param topic its topic
 * @param number its number, in Kafka as here
 * @param id the partition's id, which is never used again
 */
record RelayedPartition(RelayedTopic topic, int number, int id) {

	/**
	 * How many partitions of the cursor topic those of all topics but records share: as
	 * many as Kafka has for the offsets of groups. It is never changed, or cursors would
	 * be looked for where they are not.
	 */
	static final int SHARED_CURSORS = 50;

	/** Those of records first. */
	static final Comparator<RelayedPartition> ORDER = Comparator
		.comparing((RelayedPartition partition) -> !partition.topic().isRecords())
		.thenComparing((partition) -> partition.topic().name())
		.thenComparing(RelayedPartition::number)
		.thenComparing(RelayedPartition::id);

	/** The partition in Kafka. */
	TopicPartition kafka() {
		return new TopicPartition(this.topic.kafkaTopic(), this.number);
	}

	/** Two producers of one id fence one another. */
	String transactionalId() {
		return "gateway-relay-" + this.topic.kafkaTopic() + "-" + this.number;
	}

	/** Tells its cursor from those of others: its number, if it is of records. */
	String cursorKey() {
		return this.topic.isRecords() ? Integer.toString(this.number) : this.topic.kafkaTopic() + "/" + this.number;
	}

	/** The partition of the cursor topic that has its cursor. */
	int cursorPartition() {
		return this.topic.isRecords() ? this.number : Math.floorMod(cursorKey().hashCode(), SHARED_CURSORS);
	}

	boolean hasKey(byte[] key) {
		return key != null && new String(key, StandardCharsets.UTF_8).equals(cursorKey());
	}

	/** As messages have it. */
	@Override
	public String toString() {
		return this.topic.isRecords() ? Integer.toString(this.number) : this.number + " of the topic " + this.topic;
	}

}
