package org.exactlyonce.gateway.log;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The meters of topics and partitions: three for each of the first
 * {@code gateway.metrics.max-topics} topics and for the others together, and two for each
 * of the first {@code gateway.metrics.max-partitions} partitions. They show what was read
 * last, so that a scrape never waits for the database.
 */
@Component
class PartitionMetrics {

	private static final Logger log = LoggerFactory.getLogger(PartitionMetrics.class);

	private final MultiGauge logEndOffsets;

	private final MultiGauge producers;

	private final MultiGauge endOffsetsOfTopics;

	private final MultiGauge partitionsOfTopics;

	private final MultiGauge bytesOfTopics;

	private final MetricsProperties properties;

	private volatile Map<Tags, PartitionEnd> latest = Map.of();

	private volatile Map<Tags, TopicSums> topics = Map.of();

	private volatile @Nullable MeterNames names;

	private boolean cutting;

	PartitionMetrics(MetricsProperties properties, MeterRegistry meters) {
		this.properties = properties;
		this.logEndOffsets = gauge("gateway.log.end.offset", "The offset that the partition's next record will get",
				meters);
		this.producers = gauge("gateway.partition.producers",
				"Producers with at least one committed record in the partition", meters);
		this.endOffsetsOfTopics = gauge("gateway.topic.end.offset",
				"Records that were ever appended to the topic: the sum of its partitions' end offsets", meters);
		this.partitionsOfTopics = gauge("gateway.topic.partitions", "Partitions of the topic", meters);
		this.bytesOfTopics = MultiGauge.builder("gateway.topic.size")
			.description("What the topic's batches take, without partitions that are not counted yet, after an upgrade")
			.baseUnit("bytes")
			.register(meters);
	}

	private static MultiGauge gauge(String name, String description, MeterRegistry meters) {
		return MultiGauge.builder(name).description(description).register(meters);
	}

	/**
	 * Shows what was read. A meter that is there already stays, and takes its new value.
	 * @param ends all partitions
	 */
	void show(Collection<PartitionEnd> ends) {
		MeterNames chosen = MeterNames.of(ends, this.properties);
		int shown = chosen.partitions().size();
		if (shown < ends.size() && !this.cutting) {
			log.info("{} partitions of {} have meters of their own: gateway.metrics.max-partitions", shown,
					ends.size());
		}
		this.cutting = shown < ends.size();
		this.latest = ends.stream()
			.filter((end) -> chosen.hasOwn(end.partition()))
			.collect(Collectors.toMap(PartitionMetrics::tags, Function.identity()));
		this.topics = ends.stream()
			.collect(Collectors.groupingBy(
					(end) -> Tags.of("topic", chosen.topics().getOrDefault(end.topic(), MeterNames.OTHERS)),
					Collectors.collectingAndThen(Collectors.toList(), TopicSums::of)));
		this.names = chosen;
		this.logEndOffsets.register(rows(PartitionEnd::logEndOffset));
		this.producers.register(rows(PartitionEnd::producers));
		this.endOffsetsOfTopics.register(topicRows(TopicSums::ends));
		this.partitionsOfTopics.register(topicRows(TopicSums::partitions));
		this.bytesOfTopics.register(topicRows(TopicSums::bytes));
	}

	/** What was called how when it was shown last; null if nothing was yet. */
	@Nullable MeterNames names() {
		return this.names;
	}

	private static Tags tags(PartitionEnd end) {
		return Tags.of("topic", end.topic(), "partition", Integer.toString(end.number()));
	}

	private List<MultiGauge.Row<?>> rows(ToDoubleFunction<PartitionEnd> value) {
		return this.latest.keySet().stream().<MultiGauge.Row<?>>map((tags) -> MultiGauge.Row.of(tags, tags, (key) -> {
			PartitionEnd end = this.latest.get(key);
			return (end != null) ? value.applyAsDouble(end) : Double.NaN;
		})).toList();
	}

	private List<MultiGauge.Row<?>> topicRows(ToDoubleFunction<TopicSums> value) {
		return this.topics.keySet().stream().<MultiGauge.Row<?>>map((tags) -> MultiGauge.Row.of(tags, tags, (key) -> {
			TopicSums sums = this.topics.get(key);
			return (sums != null) ? value.applyAsDouble(sums) : Double.NaN;
		})).toList();
	}

	/**
	 * The partitions of one topic together, or those of all others.
	 *
	 * @param ends the sum of their end offsets
	 * @param partitions how many there are
	 * @param bytes what the batches of those take that are counted; not a number while
	 * none is
	 */
	private record TopicSums(double ends, int partitions, double bytes) {

		private static TopicSums of(List<PartitionEnd> ends) {
			List<Long> counted = ends.stream().map(PartitionEnd::heldBytes).filter(Objects::nonNull).toList();
			return new TopicSums(ends.stream().mapToLong(PartitionEnd::logEndOffset).sum(), ends.size(),
					counted.isEmpty() ? Double.NaN : counted.stream().mapToDouble(Long::doubleValue).sum());
		}

	}

}
