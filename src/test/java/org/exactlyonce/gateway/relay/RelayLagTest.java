package org.exactlyonce.gateway.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.MeterNames;
import org.exactlyonce.gateway.log.PartitionEnds;
import org.exactlyonce.gateway.relay.RelayLag.Lag;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Logs in which a record is appended each second, so that its offset is its time.
 */
class RelayLagTest {

	private static final RelayProperties PROPERTIES = new RelayProperties(true, "records", "", "cursors", 4);

	private final Relay relay = mock(Relay.class);

	private final PartitionEnds ends = mock(PartitionEnds.class);

	private final LogReader reader = mock(LogReader.class);

	private final Clock clock = mock(Clock.class);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final List<PartitionRelay> partitions = new ArrayList<>();

	private final Map<Integer, Long> relayed = new HashMap<>();

	private final List<Integer> lookedUp = new ArrayList<>();

	private RelayLag lag;

	private long second;

	private long start;

	@BeforeEach
	void begin() {
		given(this.relay.partitions()).willReturn(this.partitions);
		given(this.relay.hasReadLease(anyInt())).willReturn(true);
		given(this.relay.relayedOffset(anyInt())).will((call) -> this.relayed.get(call.<Integer>getArgument(0)));
		given(this.ends.start(anyInt())).will((call) -> this.start);
		given(this.ends.end(anyInt())).will((call) -> this.second);
		given(this.clock.instant()).will((call) -> Instant.ofEpochSecond(this.second));
		willAnswer((call) -> {
			this.lookedUp.add(call.getArgument(0));
			long offset = call.getArgument(1);
			return (offset < this.start) ? Optional.empty() : Optional.of(Instant.ofEpochSecond(offset));
		}).given(this.reader).appendedAt(anyInt(), anyLong());
		this.lag = new RelayLag(this.relay, this.ends, this.reader, this.clock, null, new LagMetrics(this.meters));
		given(this.ends.meterNames()).will((call) -> names());
	}

	private MeterNames names() {
		List<RelayedPartition> all = this.partitions.stream().map(PartitionRelay::partition).toList();
		return new MeterNames(
				all.stream()
					.map((partition) -> partition.topic().name())
					.distinct()
					.collect(Collectors.toMap(Function.identity(), Function.identity())),
				all.stream().map(RelayedPartition::id).collect(Collectors.toSet()));
	}

	private void topic(String name, int firstId, int size) {
		RelayedTopic topic = RelayedTopic
			.of(new TopicPartition.Placed(new TopicPartition(name, 1, 0, firstId), new UUID(0, firstId)), PROPERTIES);
		for (int number = 0; number < size; number++) {
			PartitionRelay partition = mock(PartitionRelay.class);
			given(partition.partition()).willReturn(new RelayedPartition(topic, number, firstId + number));
			this.partitions.add(partition);
		}
	}

	private void measure(long second) {
		this.second = second;
		this.lookedUp.clear();
		this.lag.measure();
	}

	private double secondsOf(String topic) {
		return this.meters.get("gateway.relay.topic.lag.seconds").tag("topic", topic).gauge().value();
	}

	@Test
	void isNotKnownUntilTheLeasesAreRead() {
		topic("orders", 1, 1);
		given(this.relay.hasReadLease(1)).willReturn(false);
		measure(100);
		assertThat(this.lag.total()).isEqualTo(Lag.UNKNOWN);
		this.relayed.put(1, 90L);
		measure(100);
		assertThat(this.lag.total()).isEqualTo(new Lag(10, 10));
	}

	@Test
	void isFromTheStartOfTheLogWhereNothingIsRelayed() {
		topic("orders", 1, 1);
		this.start = 40;
		measure(100);
		assertThat(this.lag.total()).isEqualTo(new Lag(60, 60));
	}

	@Test
	void looksUpTheOldestRecordOnceWhileItStays() {
		topic("orders", 1, 1);
		this.relayed.put(1, 90L);
		measure(100);
		measure(102);
		assertThat(this.lookedUp).isEmpty();
		assertThat(this.lag.total()).isEqualTo(new Lag(12, 12));
		this.relayed.put(1, 95L);
		measure(104);
		assertThat(this.lag.total()).isEqualTo(new Lag(9, 9));
		this.relayed.put(1, 106L);
		measure(106);
		assertThat(this.lag.total()).isEqualTo(new Lag(0, 0));
	}

	/**
	 * Of 1000 there is time for 200: none becomes unknown again, or younger than it is.
	 */
	@Test
	void knowsTheAgeOfManyThatAreBehindAndAdvance() {
		topic("orders", 1, 1000);
		Duration behind = Duration.ofSeconds(70);
		for (long second = 1000; second < 1200; second += 2) {
			long offset = second - behind.toSeconds();
			this.partitions.forEach((partition) -> this.relayed.put(partition.partition().id(), offset));
			measure(second);
			assertThat(this.lookedUp).hasSize(200);
			if (second >= 1010) {
				assertThat(this.meters.get("gateway.relay.lag.seconds").gauges()).hasSize(1000)
					.allSatisfy((gauge) -> assertThat(gauge.value()).isBetween(70.0, 84.0));
			}
		}
	}

	@Test
	void looksUpOneOfEachTopicFirst() {
		topic("bills", 1, 1000);
		topic("orders", 2001, 10);
		measure(100);
		assertThat(this.lookedUp).hasSize(200).startsWith(1, 2001);
		assertThat(secondsOf("orders")).isEqualTo(100);
	}

	/** Behind by what was appended since the last measurement, and no more. */
	@Test
	void isNotBehindByMoreThanSinceAllWasRelayed() {
		topic("orders", 1, 1000);
		this.partitions.forEach((partition) -> this.relayed.put(partition.partition().id(), 100L));
		measure(100);
		measure(103);
		assertThat(this.lookedUp).hasSize(200);
		assertThat(this.lag.total().seconds()).isEqualTo(3);
		assertThat(this.meters.get("gateway.relay.lag.seconds").gauges())
			.allSatisfy((gauge) -> assertThat(gauge.value()).isEqualTo(3));
	}

}
