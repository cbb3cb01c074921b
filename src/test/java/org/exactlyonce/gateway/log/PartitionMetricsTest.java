package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionMetricsTest {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private PartitionMetrics metrics;

	private void show(int maxTopics, PartitionEnd... ends) {
		this.metrics = new PartitionMetrics(new MetricsProperties(200, maxTopics), this.meters);
		this.metrics.show(List.of(ends));
	}

	private double value(String meter, String topic) {
		return this.meters.get(meter).tag("topic", topic).gauge().value();
	}

	@Test
	void showsTopicsOverTheBoundTogether() {
		show(2, new PartitionEnd(10_000, "a", 0, 0, 1, 0, 10L), new PartitionEnd(0, "records", 0, 0, 2, 0, 20L),
				new PartitionEnd(10_001, "c", 0, 0, 3, 0, 30L), new PartitionEnd(10_002, "b", 0, 0, 4, 0, 40L),
				new PartitionEnd(10_003, "b", 1, 0, 5, 0, 50L));
		assertThat(this.meters.get("gateway.topic.size").gauges()).extracting((gauge) -> gauge.getId().getTag("topic"))
			.containsExactlyInAnyOrder("records", "a", "(others)");
		assertThat(value("gateway.topic.size", "records")).isEqualTo(20);
		assertThat(value("gateway.topic.size", "(others)")).isEqualTo(120);
		assertThat(value("gateway.topic.end.offset", "(others)")).isEqualTo(12);
		assertThat(value("gateway.topic.partitions", "(others)")).isEqualTo(3);
	}

	@Test
	void showsAllTopicsTogetherWhereNoneIsToHaveItsOwn() {
		show(0, new PartitionEnd(0, "records", 0, 0, 2, 0, 20L), new PartitionEnd(10_001, "c", 0, 0, 3, 0, 30L));
		assertThat(this.meters.get("gateway.topic.size").gauges()).hasSize(1);
		assertThat(value("gateway.topic.size", "(others)")).isEqualTo(50);
	}

	@Test
	void tellsOtherMetersWhatItHasShown() {
		this.metrics = new PartitionMetrics(new MetricsProperties(2, 1), this.meters);
		assertThat(this.metrics.names()).isNull();
		this.metrics.show(List.of(new PartitionEnd(10_001, "b", 0, 0, 3, 0, 30L),
				new PartitionEnd(10_000, "a", 0, 0, 1, 0, 10L), new PartitionEnd(0, "records", 0, 0, 2, 0, 20L)));
		assertThat(this.metrics.names()).isEqualTo(new MeterNames(
				Map.of("records", "records", "a", MeterNames.OTHERS, "b", MeterNames.OTHERS), Set.of(0, 10_000)));
		assertThat(this.meters.get("gateway.log.end.offset").gauges())
			.extracting((gauge) -> gauge.getId().getTag("topic"))
			.containsExactlyInAnyOrder("records", "a");
	}

	@Test
	void leavesOutWhatIsNotCountedYet() {
		show(1, new PartitionEnd(0, "records", 0, 0, 2, 0, null), new PartitionEnd(10_000, "a", 0, 0, 1, 0, 10L),
				new PartitionEnd(10_001, "b", 0, 0, 3, 0, null), new PartitionEnd(10_002, "b", 1, 0, 4, 0, 40L));
		assertThat(value("gateway.topic.size", "(others)")).isEqualTo(50);
		assertThat(value("gateway.topic.end.offset", "(others)")).isEqualTo(8);
		assertThat(value("gateway.topic.size", "records")).as("nothing is counted").isNaN();
	}

}
