package org.exactlyonce.gateway.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.MeterNames;
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

	/** How many records are looked up at a time; the others are as old as is known. */
	private static final int MAX_LOOK_UPS = 200;

	private static final Logger log = LoggerFactory.getLogger(RelayLag.class);

	private final Relay relay;

	private final PartitionEnds ends;

	private final LogReader reader;

	private final Clock clock;

	private final RelayWorkers workers;

	private final LagMetrics metrics;

	private Map<RelayedPartition, Progress> progress = Map.of();

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
			Instant now = this.clock.instant();
			List<RelayedPartition> all = this.relay.partitions().stream().map(PartitionRelay::partition).toList();
			Map<RelayedPartition, Progress> measured = new HashMap<>();
			for (RelayedPartition partition : all) {
				Progress progress = progress(partition, now);
				if (progress != null) {
					measured.put(partition, progress);
				}
			}
			lookUp(measured);
			Map<RelayedPartition, Lag> lags = new HashMap<>();
			all.forEach((partition) -> lags.put(partition, lag(measured.get(partition), now)));
			this.progress = measured;
			MeterNames names = this.ends.meterNames();
			if (names != null) {
				this.metrics.show(lags, names);
			}
			this.total = Lag.of(lags.values());
		}
		catch (RuntimeException ex) {
			log.debug("The relay's lag could not be measured", ex); // next time
		}
	}

	/** Nothing is known while the lease may still say how far it is. */
	private @Nullable Progress progress(RelayedPartition partition, Instant now) {
		boolean read = this.relay.hasReadLease(partition.id());
		Long known = this.relay.relayedOffset(partition.id());
		Long start = this.ends.start(partition.id());
		Long end = this.ends.end(partition.id());
		if (start == null || end == null || (known == null && !read)) {
			return null;
		}
		long relayed = Math.max(start, (known != null) ? known : 0);
		return Progress.of(this.progress.get(partition), relayed, end, now);
	}

	/** Ages grow without it, too. */
	private void lookUp(Map<RelayedPartition, Progress> measured) {
		try {
			for (RelayedPartition partition : toBeLookedUp(measured)) {
				measured.computeIfPresent(partition,
						(same, progress) -> this.reader.appendedAt(partition.id(), progress.relayed())
							.map(progress::lookedUp)
							.orElse(progress));
			}
		}
		catch (RuntimeException ex) {
			log.debug("The age of what is behind could not be looked up", ex);
		}
	}

	/** One of each topic first, and the oldest first, as far as is known. */
	private static List<RelayedPartition> toBeLookedUp(Map<RelayedPartition, Progress> measured) {
		List<RelayedPartition> behind = measured.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isBehind() && !entry.getValue().exact())
			.sorted(Map.Entry.<RelayedPartition, Progress>comparingByValue(Progress.OLDEST_FIRST)
				.thenComparing(Map.Entry.comparingByKey(RelayedPartition.ORDER)))
			.map(Map.Entry::getKey)
			.toList();
		Map<RelayedTopic, RelayedPartition> firsts = new LinkedHashMap<>();
		behind.forEach((partition) -> firsts.putIfAbsent(partition.topic(), partition));
		Set<RelayedPartition> inTurn = new LinkedHashSet<>(firsts.values());
		inTurn.addAll(behind);
		return inTurn.stream().limit(MAX_LOOK_UPS).toList();
	}

	private static Lag lag(@Nullable Progress progress, Instant now) {
		if (progress == null) {
			return Lag.UNKNOWN;
		}
		if (!progress.isBehind()) {
			return new Lag(0, 0);
		}
		return new Lag(progress.end() - progress.relayed(), (progress.since() == null) ? Double.NaN
				: Math.max(0, Duration.between(progress.since(), now).toMillis() / 1000.0));
	}

	/**
	 * How far a partition is. Its oldest record need not be looked up: once all before an
	 * end that was seen earlier is relayed, what is not was appended after that. So the
	 * age may be too high, by as long as the relay took from there, and too low by no
	 * more than ends are old that are asked for; once known it stays known.
	 *
	 * @param relayed the offset of the first record that is not in Kafka
	 * @param end where the partition ends
	 * @param since when that record was appended, or a time before; null if not known
	 * @param exact whether it is when that record was appended
	 * @param mark where the partition ended at an earlier measurement
	 * @param markedAt when that was
	 */
	private record Progress(long relayed, long end, @Nullable Instant since, boolean exact, long mark,
			Instant markedAt) {

		private static final Comparator<Progress> OLDEST_FIRST = Comparator.comparing(Progress::since,
				Comparator.nullsFirst(Comparator.naturalOrder()));

		private static Progress of(@Nullable Progress before, long relayed, long end, Instant now) {
			if (before == null) {
				return new Progress(relayed, end, null, false, end, now);
			}
			boolean exact = before.exact && relayed == before.relayed;
			if (exact || relayed < before.mark) {
				return new Progress(relayed, end, before.since, exact, before.mark, before.markedAt);
			}
			boolean later = before.since != null && before.since.isAfter(before.markedAt);
			return new Progress(relayed, end, later ? before.since : before.markedAt, false, end, now);
		}

		private Progress lookedUp(Instant appendedAt) {
			return new Progress(this.relayed, this.end, appendedAt, true, this.mark, this.markedAt);
		}

		private boolean isBehind() {
			return this.relayed < this.end;
		}

	}

	/**
	 * How far it is behind; {@code NaN} where that is not known.
	 *
	 * @param records how many are not in Kafka yet
	 * @param seconds how long the oldest of them has been in the log
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
