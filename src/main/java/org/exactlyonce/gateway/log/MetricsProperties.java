package org.exactlyonce.gateway.log;

import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many meters there may be.
 *
 * @param maxPartitions how many partitions have meters of their own, 0 or more
 * @param maxTopics how many topics have, 0 or more; the others have theirs together
 */
@ConfigurationProperties("gateway.metrics")
public record MetricsProperties(@DefaultValue("200") int maxPartitions, @DefaultValue("200") int maxTopics) {

	/** Stands for all topics without meters of their own; no topic may be named so. */
	public static final String OTHERS = "(others)";

	private static final String FIRST = "records";

	/**
	 * Refuses a number that cannot be.
	 * @param maxPartitions how many partitions have meters of their own
	 * @param maxTopics how many topics have
	 * @throws IllegalArgumentException if it is negative
	 */
	public MetricsProperties {
		if (maxPartitions < 0) {
			throw new IllegalArgumentException("gateway.metrics.max-partitions must be 0 or more");
		}
		if (maxTopics < 0) {
			throw new IllegalArgumentException("gateway.metrics.max-topics must be 0 or more");
		}
	}

	/**
	 * Says what topics are called in meters. The first by name have meters of their own,
	 * {@code records} before all, so that every replica and every meter has the same.
	 * @param topics all topics, in any order
	 * @return the topic's own name, or {@link #OTHERS}
	 */
	public UnaryOperator<String> labels(Collection<String> topics) {
		Set<String> own = topics.stream()
			.distinct()
			.sorted(Comparator.comparing((String topic) -> !topic.equals(FIRST))
				.thenComparing(Comparator.naturalOrder()))
			.limit(this.maxTopics)
			.collect(Collectors.toSet());
		return (topic) -> own.contains(topic) ? topic : OTHERS;
	}

}
