package org.exactlyonce.gateway.log;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many meters there may be.
 *
 * @param maxPartitions how many partitions have meters of their own, 0 or more; a topic
 * always has
 */
@ConfigurationProperties("gateway.metrics")
public record MetricsProperties(@DefaultValue("200") int maxPartitions) {

	/**
	 * Refuses a number that cannot be.
	 * @param maxPartitions how many partitions have meters of their own
	 * @throws IllegalArgumentException if it is negative
	 */
	public MetricsProperties {
		if (maxPartitions < 0) {
			throw new IllegalArgumentException("gateway.metrics.max-partitions must be 0 or more");
		}
	}

}
