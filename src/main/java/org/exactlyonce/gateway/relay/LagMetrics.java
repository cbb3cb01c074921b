package org.exactlyonce.gateway.relay;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import org.exactlyonce.gateway.log.MetricsProperties;
import org.exactlyonce.gateway.relay.RelayLag.Lag;

/**
 * The meters of how far the relay is behind: two for each of the first
 * {@code gateway.metrics.max-topics} topics and for the others together, and two for each
 * of the first {@code gateway.metrics.max-partitions} partitions. They show what was
 * measured last.
 */
final class LagMetrics {

	private final MultiGauge records;

	private final MultiGauge seconds;

	private final MultiGauge recordsOfTopics;

	private final MultiGauge secondsOfTopics;

	private final MetricsProperties properties;

	private final MeterRegistry meters;

	private volatile Map<Tags, Lag> partitions = Map.of();

	private volatile Map<Tags, Lag> topics = Map.of();

	LagMetrics(MetricsProperties properties, MeterRegistry meters) {
		this.properties = properties;
		this.meters = meters;
		this.records = gauge("gateway.relay.lag.records", "Records of the partition that are not in Kafka yet");
		this.seconds = gauge("gateway.relay.lag.seconds", "How long the oldest of them is in the log");
		this.recordsOfTopics = gauge("gateway.relay.topic.lag.records",
				"Records of the topic that are not in Kafka yet");
		this.secondsOfTopics = gauge("gateway.relay.topic.lag.seconds", "How long the oldest of them is in the log");
	}

	private MultiGauge gauge(String name, String description) {
		return MultiGauge.builder(name).description(description).register(this.meters);
	}

	/** Counts partitions whenever it is asked. */
	void count(String name, String description, Relay relay, Predicate<PartitionRelay> counted) {
		Gauge.builder(name, () -> relay.partitions().stream().filter(counted).count())
			.description(description)
			.register(this.meters);
	}

	/**
	 * Shows what was measured. A meter that is there already stays, and takes its new
	 * value. A partition of a topic that was just deleted gives way to that of the topic
	 * which was made again under its name.
	 * @param lags all partitions, those of records first, of one place the older before
	 */
	void show(Map<RelayedPartition, Lag> lags) {
		this.partitions = lags.keySet()
			.stream()
			.limit(this.properties.maxPartitions())
			.collect(Collectors.toMap(
					(partition) -> Tags.of("topic", partition.topic().name(), "partition",
							Integer.toString(partition.number())),
					(partition) -> lags.getOrDefault(partition, Lag.UNKNOWN), (gone, made) -> made));
		UnaryOperator<String> label = this.properties
			.labels(lags.keySet().stream().map((partition) -> partition.topic().name()).toList());
		this.topics = lags.entrySet()
			.stream()
			.collect(Collectors.groupingBy((lag) -> Tags.of("topic", label.apply(lag.getKey().topic().name())),
					Collectors.mapping(Map.Entry::getValue,
							Collectors.collectingAndThen(Collectors.toList(), Lag::of))));
		this.records.register(rows(this.partitions.keySet(), this::partition, Lag::records));
		this.seconds.register(rows(this.partitions.keySet(), this::partition, Lag::seconds));
		this.recordsOfTopics.register(rows(this.topics.keySet(), this::topic, Lag::records));
		this.secondsOfTopics.register(rows(this.topics.keySet(), this::topic, Lag::seconds));
	}

	private Lag partition(Tags tags) {
		return this.partitions.getOrDefault(tags, Lag.UNKNOWN);
	}

	private Lag topic(Tags tags) {
		return this.topics.getOrDefault(tags, Lag.UNKNOWN);
	}

	private static List<MultiGauge.Row<?>> rows(Collection<Tags> all, Function<Tags, Lag> latest,
			ToDoubleFunction<Lag> value) {
		return all
			.stream().<MultiGauge
					.Row<?>>map(
							(tags) -> MultiGauge.Row.of(tags, tags, (key) -> value.applyAsDouble(latest.apply(key))))
			.toList();
	}

}
