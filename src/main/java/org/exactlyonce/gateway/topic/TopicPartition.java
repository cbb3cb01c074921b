package org.exactlyonce.gateway.topic;

import java.util.UUID;

/**
 * A partition by name, and by the id that the log knows it by.
 *
 * @param topic the topic's name
 * @param topicId names the topic in every table, and is never used again
 * @param number the partition's number in its topic, from 0
 * @param id names it in every table, and is never used again
 */
public record TopicPartition(String topic, int topicId, int number, int id) {

	/**
	 * Whether it is one of the topic that is always there.
	 * @return true for a partition of {@code records}, whose id is its number
	 */
	public boolean isOfRecords() {
		return isOfRecords(this.topic);
	}

	/**
	 * Whether a topic is the one that is always there.
	 * @param topic the topic's name
	 * @return true for {@code records}
	 */
	public static boolean isOfRecords(String topic) {
		return topic.equals(Topic.RECORDS);
	}

	/** As messages have it: {@code 3}, or {@code 3 of the topic orders}. */
	@Override
	public String toString() {
		return isOfRecords() ? Integer.toString(this.number) : this.number + " of the topic " + this.topic;
	}

	/**
	 * A partition and the topic that it is of.
	 *
	 * @param partition the partition
	 * @param topic tells its topic from all others, of other databases too
	 */
	public record Placed(TopicPartition partition, UUID topic) {
	}

}
