package org.exactlyonce.gateway.topic;

import java.util.List;

import org.apache.kafka.common.utils.Utils;

/**
 * The partitions of a topic, as they were when it was looked for.
 *
 * @param topic the topic's name
 * @param topicId names it in every table, and is never used again
 * @param ids of its partitions, in the order of their numbers
 */
public record TopicLayout(String topic, int topicId, List<Integer> ids) {

	/**
	 * How many partitions it has.
	 * @return at least 1
	 */
	public int size() {
		return this.ids.size();
	}

	/**
	 * One of its partitions.
	 * @param number the partition's number, which exists
	 * @return the partition
	 */
	public TopicPartition partition(int number) {
		return new TopicPartition(this.topic, this.topicId, number, this.ids.get(number));
	}

	/**
	 * The one that was found, where what was known turned out to be wrong: it may look
	 * newer, if a database that has failed over has lost a topic, or its growth.
	 */
	static TopicLayout found(TopicLayout wrong, TopicLayout found) {
		return found;
	}

	/**
	 * The one that was read later, which may have come before: a topic only grows, and
	 * ids are never used again.
	 */
	static TopicLayout newer(TopicLayout one, TopicLayout other) {
		boolean later = (one.topicId != other.topicId) ? other.topicId > one.topicId : other.size() > one.size();
		return later ? other : one;
	}

	/**
	 * Where a key belongs.
	 * @param key the key
	 * @return the partition's number
	 */
	public int partitionOf(byte[] key) {
		return partitionOf(key, size());
	}

	/** Where Kafka's Java producer puts a key. */
	static int partitionOf(byte[] key, int partitions) {
		return Utils.toPositive(Utils.murmur2(key)) % partitions;
	}

}
