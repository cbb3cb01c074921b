package org.exactlyonce.gateway.topic;

import java.util.List;
import java.util.Optional;

import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.store.Transactions;

import org.springframework.stereotype.Component;

/**
 * Reads where partitions start and end.
 */
@Component
class Partitions {

	private final TopicRepository topics;

	private final PartitionRepository partitions;

	private final Transactions transactions;

	private final ReadLimits limits;

	Partitions(TopicRepository topics, PartitionRepository partitions, Transactions transactions, ReadLimits limits) {
		this.topics = topics;
		this.partitions = partitions;
		this.transactions = transactions;
		this.limits = limits;
	}

	/**
	 * How many partitions a topic has.
	 * @param topic the topic's name
	 * @return their number, or nothing if there is no such topic
	 */
	Optional<Integer> count(String topic) {
		return this.limits
			.inTurn(() -> this.transactions.run(() -> this.topics.findByName(topic).map(Topic::partitions)));
	}

	/**
	 * Reads the ends of all partitions of a topic.
	 * @param topic the topic's name
	 * @return the partitions in order, durable; nothing if there is no such topic
	 */
	Optional<List<LogPartition>> list(String topic) {
		return this.limits.inTurn(() -> this.transactions.durably(() -> this.topics.findByName(topic)
			.map((found) -> this.partitions.findByTopicIdOrderByNumber(found.id()))
			.filter((found) -> !found.isEmpty()))); // deleted in between
	}

	/**
	 * Reads the ends of the partition that a key belongs to.
	 * @param topic the topic's name
	 * @param key the key
	 * @return the partition, durable; nothing if there is no such topic
	 */
	Optional<LogPartition> ofKey(String topic, byte[] key) {
		return this.limits.inTurn(() -> this.transactions.durably(() -> this.topics.findByName(topic)
			.flatMap((found) -> this.partitions.findByTopicIdAndNumber(found.id(),
					TopicLayout.partitionOf(key, found.partitions())))));
	}

	/**
	 * Reads one partition's ends.
	 * @param partition the partition
	 * @return the partition, durable
	 * @throws PartitionGoneException if its topic was deleted
	 */
	LogPartition get(TopicPartition partition) {
		return this.limits
			.inTurn(() -> this.transactions.durably(() -> this.partitions.findByIdAndTopicIdNotNull(partition.id())))
			.orElseThrow(() -> new PartitionGoneException());
	}

}
