package org.exactlyonce.gateway.log;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bounds on the number of meters.
 *
 * @param maxPartitions how many partitions have meters of their own, 0 or more
 * @param maxTopics how many topics have, 0 or more; the others have theirs together
 */
@ConfigurationProperties("gateway.metrics")
record MetricsProperties(@DefaultValue("200") int maxPartitions, @DefaultValue("200") int maxTopics) {

	/**
	 * Refuses a number that cannot be.
	 * @param maxPartitions how many partitions have meters of their own
	 * @param maxTopics how many topics have
	 * @throws IllegalArgumentException if it is negative
	 */
	MetricsProperties {
		if (maxPartitions < 0) {
			throw new IllegalArgumentException("gateway.metrics.max-partitions must be 0 or more");
		}
		if (maxTopics < 0) {
			throw new IllegalArgumentException("gateway.metrics.max-topics must be 0 or more");
		}
	}

}
