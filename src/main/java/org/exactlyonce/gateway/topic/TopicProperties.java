package org.exactlyonce.gateway.topic;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The numbers of partitions.
 *
 * @param partitions the partitions of {@code records} at the first start, and of a new
 * topic that does not say how many, 1 to 10 000; {@code records} grows with it, and never
 * shrinks
 * @param maxPartitions the most partitions of all topics together, 1 or more
 */
@ConfigurationProperties("gateway")
public record TopicProperties(@DefaultValue("8") int partitions, @DefaultValue("10000") int maxPartitions) {

	/** The most partitions that a topic may have. */
	static final int MOST = 10_000;

	/**
	 * Refuses settings that cannot work.
	 * @param partitions the partitions of a topic that does not say how many
	 * @param maxPartitions the most partitions of all topics
	 * @throws IllegalArgumentException if a setting is out of its range
	 */
	public TopicProperties {
		if (partitions < 1 || partitions > MOST) {
			throw new IllegalArgumentException("gateway.partitions must be 1 to " + MOST);
		}
		if (maxPartitions < 1) {
			throw new IllegalArgumentException("gateway.max-partitions must be 1 or more");
		}
		if (partitions > maxPartitions) {
			throw new IllegalArgumentException("gateway.partitions must not be more than gateway.max-partitions");
		}
	}

}
