package org.exactlyonce.gateway.relay;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.log.MeterNames;
import org.exactlyonce.gateway.relay.RelayLag.Lag;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LagMetricsTest {

	private static final RelayProperties PROPERTIES = new RelayProperties(true, "records", "", "cursors", 4);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private static RelayedPartition partition(String topic, int id) {
		TopicPartition.Placed placed = new TopicPartition.Placed(
				new TopicPartition(topic, topic.equals("records") ? 0 : 1, 0, id), new UUID(0, id));
		return new RelayedPartition(RelayedTopic.of(placed, PROPERTIES), 0, id);
	}

	private void show(MeterNames names, Map<RelayedPartition, Lag> lags) {
		new LagMetrics(this.meters).show(lags, names);
	}

	private double value(String meter, String... tags) {
		return this.meters.get(meter).tags(tags).gauge().value();
	}

	@Test
	void showsATopicThatIsMadeAgainWhileTheOneBeforeIsStillThere() {
		show(new MeterNames(Map.of("orders", "orders"), Set.of(10_001)),
				Map.of(partition("orders", 10_000), Lag.UNKNOWN, partition("orders", 10_001), new Lag(5, 1)));
		assertThat(value("gateway.relay.lag.records", "topic", "orders", "partition", "0")).isEqualTo(5);
		assertThat(value("gateway.relay.topic.lag.records", "topic", "orders")).isEqualTo(5);
	}

	@Test
	void showsTopicsOverTheBoundTogether() {
		show(new MeterNames(Map.of("records", "records", "a", "a", "b", "(others)", "c", "(others)"), Set.of(0)),
				Map.of(partition("records", 0), new Lag(1, 10), partition("a", 10_000), new Lag(2, 20),
						partition("b", 10_001), new Lag(3, 30), partition("c", 10_002), new Lag(4, 15)));
		assertThat(this.meters.get("gateway.relay.topic.lag.records").gauges())
			.extracting((gauge) -> gauge.getId().getTag("topic"))
			.containsExactlyInAnyOrder("records", "a", "(others)");
		assertThat(value("gateway.relay.topic.lag.records", "topic", "(others)")).isEqualTo(7);
		assertThat(value("gateway.relay.topic.lag.seconds", "topic", "(others)")).isEqualTo(30);
	}

	/** One that is not relayed here, or not yet, takes its name from it all the same. */
	@Test
	void callsATopicWhatEveryOtherMeterCallsIt() {
		show(new MeterNames(Map.of("a", "a", "b", "(others)"), Set.of(10_000)),
				Map.of(partition("b", 10_001), new Lag(3, 30)));
		assertThat(value("gateway.relay.topic.lag.records", "topic", "(others)")).isEqualTo(3);
		assertThat(this.meters.find("gateway.relay.topic.lag.records").gauges()).hasSize(1);
		assertThat(this.meters.find("gateway.relay.lag.records").gauges()).isEmpty();
	}

	@Test
	void leavesOutATopicThatIsNotNamedYet() {
		show(new MeterNames(Map.of("a", "a"), Set.of(10_000)),
				Map.of(partition("a", 10_000), new Lag(1, 10), partition("b", 10_001), Lag.UNKNOWN));
		assertThat(this.meters.get("gateway.relay.topic.lag.records").gauges()).hasSize(1);
		assertThat(value("gateway.relay.topic.lag.records", "topic", "a")).isEqualTo(1);
	}

	@Test
	void anAgeThatIsNotKnownIsNotZero() {
		assertThat(Lag.of(List.of(new Lag(0, 0), new Lag(3, Double.NaN)))).isEqualTo(new Lag(3, Double.NaN));
		assertThat(Lag.of(List.of(new Lag(2, 9), new Lag(3, Double.NaN)))).isEqualTo(new Lag(5, 9));
		assertThat(Lag.of(List.of(new Lag(0, 0), Lag.UNKNOWN))).isEqualTo(new Lag(0, 0));
		assertThat(Lag.of(List.of(Lag.UNKNOWN))).isEqualTo(Lag.UNKNOWN);
	}

}
