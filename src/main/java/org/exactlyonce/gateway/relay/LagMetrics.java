package org.exactlyonce.gateway.relay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import org.exactlyonce.gateway.log.MeterNames;
import org.exactlyonce.gateway.relay.RelayLag.Lag;

/**
 * The meters of how far the relay is behind: two for each topic and partition that has
 * meters of its own, and for the other topics together. They show what was measured last.
 */
final class LagMetrics {

	private final MultiGauge records;

	private final MultiGauge seconds;

	private final MultiGauge recordsOfTopics;

	private final MultiGauge secondsOfTopics;

	private final MeterRegistry meters;

	private volatile Map<Tags, Lag> partitions = Map.of();

	private volatile Map<Tags, Lag> topics = Map.of();

	LagMetrics(MeterRegistry meters) {
		this.meters = meters;
		this.records = gauge("gateway.relay.lag.records", "Records of the partition that are not in Kafka yet");
		this.seconds = gauge("gateway.relay.lag.seconds", "How long the oldest of them has been in the log");
		this.recordsOfTopics = gauge("gateway.relay.topic.lag.records",
				"Records of the topic that are not in Kafka yet");
		this.secondsOfTopics = gauge("gateway.relay.topic.lag.seconds",
				"How long the oldest of them has been in the log");
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
	 * value. What has no name yet, as it was just made, is shown the next time.
	 * @param lags all partitions
	 * @param names which of them have meters
	 */
	void show(Map<RelayedPartition, Lag> lags, MeterNames names) {
		this.partitions = lags.entrySet()
			.stream()
			.filter((lag) -> names.hasOwn(lag.getKey().id()))
			.collect(Collectors.toMap((lag) -> Tags.of("topic", lag.getKey().topic().name(), "partition",
					Integer.toString(lag.getKey().number())), Map.Entry::getValue));
		Map<String, List<Lag>> byTopic = new HashMap<>();
		lags.forEach((partition, lag) -> {
			String topic = names.topic(partition.topic().name());
			if (topic != null) {
				byTopic.computeIfAbsent(topic, (any) -> new ArrayList<>()).add(lag);
			}
		});
		this.topics = byTopic.entrySet()
			.stream()
			.collect(
					Collectors.toMap((topic) -> Tags.of("topic", topic.getKey()), (topic) -> Lag.of(topic.getValue())));
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
