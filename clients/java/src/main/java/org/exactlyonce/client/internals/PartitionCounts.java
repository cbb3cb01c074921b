package org.exactlyonce.client.internals;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.UnknownPartitionException;

/**
 * How many partitions each topic has. Safe for threads.
 */
final class PartitionCounts {

	private final ProducerSettings settings;

	private final Gateways gateways;

	private final Map<String, PartitionCount> topics = new ConcurrentHashMap<>();

	PartitionCounts(ProducerSettings settings, Gateways gateways) {
		this.settings = settings;
		this.gateways = gateways;
	}

	/**
	 * The count of a topic. Blocks as {@link PartitionCount#get} does.
	 * @param topic the topic
	 * @param mayBlock whether to wait
	 * @return the count
	 * @throws UnknownPartitionException if there is no such topic
	 */
	int get(String topic, boolean mayBlock) {
		try {
			return this.topics.computeIfAbsent(topic, (name) -> new PartitionCount(name, this.settings, this.gateways))
				.get(mayBlock);
		}
		catch (UnknownPartitionException ex) {
			forget(topic);
			throw ex;
		}
	}

	/**
	 * Refuses a partition that the gateway does not have, if that can be known.
	 * @param place the partition
	 * @param mayBlock whether to wait for a newer count
	 * @throws UnknownPartitionException if there is no such partition
	 */
	void check(Place place, boolean mayBlock) {
		PartitionCount known = this.topics.get(place.topic());
		if (known != null) {
			known.check(place, mayBlock);
		}
	}

	/**
	 * The gateway does not have the topic, or not so many partitions: the count is asked
	 * for anew.
	 * @param topic the topic
	 */
	void forget(String topic) {
		this.topics.remove(topic);
	}

}
