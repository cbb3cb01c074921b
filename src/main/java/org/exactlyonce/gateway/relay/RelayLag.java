package org.exactlyonce.gateway.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.PartitionEnds;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Measures how far the relay is behind the log, in records and in time, for every
 * partition, whichever gateway relays it. Measured every few seconds; a scrape never
 * waits for it.
 */
final class RelayLag {

	private static final Duration PERIOD = Duration.ofSeconds(2);

	private static final Logger log = LoggerFactory.getLogger(RelayLag.class);

	private static final Lag UNKNOWN = new Lag(Double.NaN, Double.NaN);

	private final Relay relay;

	private final PartitionEnds ends;

	private final LogReader reader;

	private final Clock clock;

	private final RelayWorkers workers;

	private volatile Map<Integer, Lag> latest = Map.of();

	RelayLag(Relay relay, PartitionEnds ends, LogReader reader, Clock clock, RelayWorkers workers,
			MeterRegistry meters) {
		this.relay = relay;
		this.ends = ends;
		this.reader = reader;
		this.clock = clock;
		this.workers = workers;
		for (PartitionRelay partition : relay.partitions()) {
			int number = partition.partition();
			Gauge.builder("gateway.relay.lag.records", () -> lag(number).records())
				.description("Records of the partition that are not in Kafka yet")
				.tag("partition", Integer.toString(number))
				.register(meters);
			Gauge.builder("gateway.relay.lag.seconds", () -> lag(number).seconds())
				.description("How long the oldest of them is in the log")
				.tag("partition", Integer.toString(number))
				.register(meters);
		}
		gauge(meters, "gateway.relay.partitions.held", "Partitions that this gateway relays", PartitionRelay::isHeld);
		gauge(meters, "gateway.relay.partitions.stopped",
				"Partitions that this gateway cannot relay until an operator has acted", RelayLag::isStopped);
	}

	private void gauge(MeterRegistry meters, String name, String description, Predicate<PartitionRelay> counted) {
		Gauge.builder(name, () -> this.relay.partitions().stream().filter(counted).count())
			.description(description)
			.register(meters);
	}

	private static boolean isStopped(PartitionRelay partition) {
		RelayStatus.Trouble trouble = partition.status().trouble();
		return partition.isHeld() && trouble != null && trouble.stopped();
	}

	private Lag lag(int partition) {
		return this.latest.getOrDefault(partition, UNKNOWN);
	}

	/** All partitions' records that are not in Kafka yet, as far as is known. */
	long records() {
		return (long) this.latest.values().stream().mapToDouble(Lag::records).filter(Double::isFinite).sum();
	}

	/** The oldest of them in whole seconds. */
	long seconds() {
		return (long) this.latest.values().stream().mapToDouble(Lag::seconds).filter(Double::isFinite).max().orElse(0);
	}

	@EventListener(ApplicationReadyEvent.class)
	void start() {
		this.workers.every(PERIOD, "relay-lag", new RepeatedTask("The measurement of the relay's lag", this::measure));
	}

	private void measure() {
		try {
			this.latest = this.relay.partitions()
				.stream()
				.map(PartitionRelay::partition)
				.collect(
						Collectors.toMap(Function.identity(), (partition) -> lag(partition, this.ends.end(partition))));
		}
		catch (RuntimeException ex) {
			log.debug("The relay's lag could not be measured", ex); // next time
		}
	}

	private Lag lag(int partition, @Nullable Long end) {
		if (end == null) {
			return UNKNOWN;
		}
		Long known = this.relay.relayedOffset(partition);
		long relayed = (known != null) ? known : 0; // nothing, as far as is known
		if (relayed >= end) {
			return new Lag(0, 0);
		}
		Optional<Instant> oldest = this.reader.appendedAt(partition, relayed);
		return new Lag(end - relayed,
				oldest.map((time) -> Math.max(0, Duration.between(time, this.clock.instant()).toMillis() / 1000.0))
					.orElse(Double.NaN));
	}

	private record Lag(double records, double seconds) {
	}

}
