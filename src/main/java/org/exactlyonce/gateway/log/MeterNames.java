package org.exactlyonce.gateway.log;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The names of topics and partitions in meters: chosen once among all that there are, for
 * all that is measured of them. The first topics by name have meters of their own,
 * {@code records} before all, and so have the first partitions in that order. Immutable.
 *
 * @param topics what each topic is called: by its name, or {@link #OTHERS}
 * @param partitions the ids of the partitions that have meters of their own
 */
public record MeterNames(Map<String, String> topics, Set<Integer> partitions) {

	/** Stands for all topics without meters of their own; no topic may be named so. */
	public static final String OTHERS = "(others)";

	private static final String FIRST = "records";

	private static final Comparator<String> TOPICS = Comparator.comparing((String topic) -> !topic.equals(FIRST))
		.thenComparing(Comparator.naturalOrder());

	private static final Comparator<PartitionEnd> PARTITIONS = Comparator.comparing(PartitionEnd::topic, TOPICS)
		.thenComparing(PartitionEnd::number);

	/** Chooses them, within the bounds of the settings. */
	static MeterNames of(Collection<PartitionEnd> all, MetricsProperties properties) {
		Set<String> own = all.stream()
			.map(PartitionEnd::topic)
			.distinct()
			.sorted(TOPICS)
			.limit(properties.maxTopics())
			.collect(Collectors.toSet());
		return new MeterNames(
				all.stream()
					.map(PartitionEnd::topic)
					.distinct()
					.collect(Collectors.toMap(Function.identity(), (topic) -> own.contains(topic) ? topic : OTHERS)),
				all.stream()
					.sorted(PARTITIONS)
					.limit(properties.maxPartitions())
					.map(PartitionEnd::partition)
					.collect(Collectors.toSet()));
	}

	/**
	 * What a topic is called.
	 * @param topic its name
	 * @return the same, or {@link #OTHERS}; null of one that was not there yet, or is no
	 * more
	 */
	public @Nullable String topic(String topic) {
		return this.topics.get(topic);
	}

	/**
	 * Whether a partition has meters of its own.
	 * @param partition its id
	 * @return false of one that has not, and of one that was not there yet, or is no more
	 */
	public boolean hasOwn(int partition) {
		return this.partitions.contains(partition);
	}

}
