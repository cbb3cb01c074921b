package org.exactlyonce.gateway.relay;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import org.exactlyonce.gateway.topic.KnownTopics;
import org.exactlyonce.gateway.topic.TopicPartition;

/**
 * The partitions that there are to relay. One cheap question tells whether topics were
 * made, grown or deleted; only then all partitions are read. For one thread.
 */
final class FollowedTopics {

	private final KnownTopics topics;

	private final RelayProperties properties;

	private Map<Integer, Integer> sizes = Map.of();

	private Map<Integer, RelayedPartition> partitions = Map.of();

	FollowedTopics(KnownTopics topics, RelayProperties properties) {
		this.topics = topics;
		this.properties = properties;
	}

	/**
	 * Looks.
	 * @return all partitions by their ids; the same map as long as nothing has changed
	 */
	Map<Integer, RelayedPartition> look() {
		Map<Integer, Integer> now = this.topics.sizes();
		if (!now.equals(this.sizes)) {
			Map<Integer, RelayedPartition> found = new TreeMap<>();
			Map<String, RelayedTopic> byName = new HashMap<>();
			this.topics.partitions()
				.forEach((partition) -> found.put(partition.partition().id(), follow(partition, byName)));
			grow(found);
			this.partitions = found;
			this.sizes = now;
		}
		return this.partitions;
	}

	/** Has the next look read all partitions. */
	void forget() {
		this.sizes = Map.of();
	}

	/**
	 * A topic that has a partition of before is the one of before, unless the database
	 * has lost that one, and has given the id again.
	 */
	private RelayedPartition follow(TopicPartition.Placed placed, Map<String, RelayedTopic> byName) {
		TopicPartition partition = placed.partition();
		RelayedPartition known = this.partitions.get(partition.id());
		if (known != null && known.topic().uuid().equals(placed.topic())) {
			byName.put(partition.topic(), known.topic());
			return known;
		}
		RelayedTopic topic = byName.computeIfAbsent(partition.topic(),
				(name) -> RelayedTopic.of(placed, this.properties));
		return new RelayedPartition(topic, partition.number(), partition.id());
	}

	private static void grow(Map<Integer, RelayedPartition> all) {
		Map<RelayedTopic, Integer> counts = new HashMap<>();
		all.values().forEach((partition) -> counts.merge(partition.topic(), partition.number() + 1, Math::max));
		counts.forEach(RelayedTopic::grow);
	}

}
