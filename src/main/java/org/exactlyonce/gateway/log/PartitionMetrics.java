package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;

import org.springframework.stereotype.Component;

/**
 * The meters of topics and partitions: two for each topic, and two for each partition as
 * long as there are not more than {@code gateway.metrics.max-partitions}. They show what
 * was read last, so that a scrape never waits for the database.
 */
@Component
class PartitionMetrics {

	private final MultiGauge logEndOffsets;

	private final MultiGauge producers;

	private final MultiGauge endOffsetsOfTopics;

	private final MultiGauge partitionsOfTopics;

	private final int maxPartitions;

	PartitionMetrics(MetricsProperties properties, MeterRegistry meters) {
		this.maxPartitions = properties.maxPartitions();
		this.logEndOffsets = gauge("gateway.log.end.offset", "The offset that the partition's next record will get",
				meters);
		this.producers = gauge("gateway.partition.producers",
				"Producers with at least one committed record in the partition", meters);
		this.endOffsetsOfTopics = gauge("gateway.topic.end.offset",
				"Records that were ever appended to the topic: the sum of its partitions' end offsets", meters);
		this.partitionsOfTopics = gauge("gateway.topic.partitions", "Partitions of the topic", meters);
	}

	private static MultiGauge gauge(String name, String description, MeterRegistry meters) {
		return MultiGauge.builder(name).description(description).register(meters);
	}

	/**
	 * Shows what was read.
	 * @param ends all partitions
	 */
	void show(Collection<PartitionEnd> ends) {
		boolean all = ends.size() <= this.maxPartitions;
		this.logEndOffsets.register(all ? rows(ends, PartitionEnd::logEndOffset) : List.of(), true);
		this.producers.register(all ? rows(ends, PartitionEnd::producers) : List.of(), true);
		Map<String, Long> offsets = new TreeMap<>();
		Map<String, Integer> partitions = new TreeMap<>();
		for (PartitionEnd end : ends) {
			offsets.merge(end.topic(), end.logEndOffset(), Long::sum);
			partitions.merge(end.topic(), 1, Integer::sum);
		}
		this.endOffsetsOfTopics.register(rows(offsets), true);
		this.partitionsOfTopics.register(rows(partitions), true);
	}

	private static List<MultiGauge.Row<?>> rows(Collection<PartitionEnd> ends, ToDoubleFunction<PartitionEnd> value) {
		List<MultiGauge.Row<?>> rows = new ArrayList<>();
		for (PartitionEnd end : ends) {
			rows.add(MultiGauge.Row.of(Tags.of("topic", end.topic(), "partition", Integer.toString(end.number())),
					value.applyAsDouble(end)));
		}
		return rows;
	}

	private static List<MultiGauge.Row<?>> rows(Map<String, ? extends Number> values) {
		List<MultiGauge.Row<?>> rows = new ArrayList<>();
		values.forEach((topic, value) -> rows.add(MultiGauge.Row.of(Tags.of("topic", topic), value)));
		return rows;
	}

}
