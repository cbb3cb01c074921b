package org.exactlyonce.gateway.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

	/** How many records are looked up at a time; the age of the others comes later. */
	private static final int MAX_LOOK_UPS = 200;

	private static final Logger log = LoggerFactory.getLogger(RelayLag.class);

	private final Relay relay;

	private final PartitionEnds ends;

	private final LogReader reader;

	private final Clock clock;

	private final RelayWorkers workers;

	private final LagMetrics metrics;

	/** The oldest record of each partition that is behind, as long as it is that one. */
	private Map<RelayedPartition, Oldest> oldest = Map.of();

	private int begin;

	private volatile Lag total = Lag.UNKNOWN;

	RelayLag(Relay relay, PartitionEnds ends, LogReader reader, Clock clock, RelayWorkers workers, LagMetrics metrics) {
		this.relay = relay;
		this.ends = ends;
		this.reader = reader;
		this.clock = clock;
		this.workers = workers;
		this.metrics = metrics;
		metrics.count("gateway.relay.partitions", "Partitions that are to be relayed, by whichever gateway", relay,
				(partition) -> true);
		metrics.count("gateway.relay.partitions.held", "Partitions that this gateway relays", relay,
				PartitionRelay::isHeld);
		metrics.count("gateway.relay.partitions.stopped",
				"Partitions that this gateway cannot relay until an operator has acted", relay,
				(partition) -> partition.isHeld() && partition.status().isStopped());
	}

	/** That of all partitions together, as it was measured last. */
	Lag total() {
		return this.total;
	}

	@EventListener(ApplicationReadyEvent.class)
	void start() {
		this.workers.every(PERIOD, "relay-lag", new RepeatedTask("The measurement of the relay's lag", this::measure));
	}

	void measure() {
		try {
			List<RelayedPartition> all = new ArrayList<>(
					this.relay.partitions().stream().map(PartitionRelay::partition).toList());
			Map<RelayedPartition, Lag> lags = new TreeMap<>(RelayedPartition.ORDER);
			Map<RelayedPartition, Oldest> found = new HashMap<>();
			if (!all.isEmpty()) { // another one first each time, so that each has its
									// turn
				this.begin = (this.begin + MAX_LOOK_UPS) % all.size();
				Collections.rotate(all, -this.begin);
			}
			int lookUps = 0;
			for (RelayedPartition partition : all) {
				Long end = this.ends.end(partition.id());
				Long known = this.relay.relayedOffset(partition.id());
				long relayed = (known != null) ? known : 0; // nothing, as far as is known
				Oldest record = this.oldest.get(partition);
				if (end != null && relayed < end && (record == null || record.offset() != relayed)) {
					record = (lookUps++ < MAX_LOOK_UPS) ? lookUp(partition, relayed) : null;
				}
				lags.put(partition, lag(relayed, end, record));
				if (record != null) {
					found.put(partition, record);
				}
			}
			this.oldest = found;
			this.metrics.show(lags);
			this.total = Lag.of(lags.values());
		}
		catch (RuntimeException ex) {
			log.debug("The relay's lag could not be measured", ex); // next time
		}
	}

	private @Nullable Oldest lookUp(RelayedPartition partition, long offset) {
		return this.reader.appendedAt(partition.id(), offset).map((time) -> new Oldest(offset, time)).orElse(null);
	}

	private Lag lag(long relayed, @Nullable Long end, @Nullable Oldest record) {
		if (end == null) {
			return Lag.UNKNOWN;
		}
		if (relayed >= end) {
			return new Lag(0, 0);
		}
		return new Lag(end - relayed, (record == null) ? Double.NaN
				: Math.max(0, Duration.between(record.appendedAt(), this.clock.instant()).toMillis() / 1000.0));
	}

	/**
	 * The first record that is not in Kafka yet.
	 *
	 * @param offset its offset
	 * @param appendedAt when it was appended
	 */
	private record Oldest(long offset, Instant appendedAt) {
	}

	/**
	 * How far it is behind; {@code NaN} where that is not known.
	 *
	 * @param records how many are not in Kafka yet
	 * @param seconds how long the oldest of them is in the log
	 */
	record Lag(double records, double seconds) {

		static final Lag UNKNOWN = new Lag(Double.NaN, Double.NaN);

		/**
		 * That of several together. Who is not known is left out of the records, and of
		 * the seconds unless nobody who is behind is known.
		 */
		static Lag of(Collection<Lag> parts) {
			List<Lag> known = parts.stream().filter((part) -> Double.isFinite(part.records)).toList();
			List<Lag> behind = known.stream().filter((part) -> part.records > 0).toList();
			if (known.isEmpty()) {
				return UNKNOWN;
			}
			return behind.isEmpty() ? new Lag(0, 0) : new Lag(behind.stream().mapToDouble(Lag::records).sum(),
					behind.stream().mapToDouble(Lag::seconds).filter(Double::isFinite).max().orElse(Double.NaN));
		}

	}

}
