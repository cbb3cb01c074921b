package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.topic.RelayedOffsets;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Relays the partitions whose leases this gateway holds. Its threads are its own:
 * whatever Kafka does, nothing that appends or reads waits for it.
 */
final class Relay implements SmartLifecycle, RelayedOffsets {

	private static final Logger log = LoggerFactory.getLogger(Relay.class);

	private static final Duration RENEWAL = Duration.ofSeconds(1);

	/** How long a transaction may take to end when the gateway stops. */
	private static final Duration LAST_TRANSACTION = Duration.ofSeconds(5);

	private final Map<Integer, PartitionRelay> partitions = new ConcurrentSkipListMap<>();

	private final FollowedTopics followed;

	private final Function<RelayedPartition, PartitionRelay> relays;

	private final Leases leases;

	private final RelayWorkers workers;

	private final RelayTopics topics;

	private volatile Map<Integer, Long> known = Map.of();

	/** What the leases say, which retention goes by. */
	private Map<Integer, Long> reported = Map.of();

	/** The partitions whose leases were read. */
	private volatile Set<Integer> read = Set.of();

	/** When the leases were asked for that were got last. */
	private volatile long renewedAt = System.nanoTime();

	private Map<Integer, RelayedPartition> all = Map.of();

	private volatile boolean started;

	private Set<Integer> surplus = Set.of();

	private Set<String> reportedTopics = Set.of();

	private boolean failing;

	/**
	 * Relays nothing yet.
	 * @param followed says which partitions there are
	 * @param relays makes the relay of one
	 */
	Relay(FollowedTopics followed, Function<RelayedPartition, PartitionRelay> relays, Leases leases,
			RelayWorkers workers, RelayTopics topics) {
		this.followed = followed;
		this.relays = relays;
		this.leases = leases;
		this.workers = workers;
		this.topics = topics;
	}

	Set<String> otherTopics() {
		return this.leases.otherTopics();
	}

	Collection<PartitionRelay> partitions() {
		return this.partitions.values();
	}

	@Override
	public @Nullable Long relayedOffset(int partition) {
		PartitionRelay relay = this.partitions.get(partition);
		long here = (relay != null) ? relay.relayedOffset() : -1;
		return (here >= 0) ? (Long) here : this.known.get(partition);
	}

	/**
	 * Whether a partition's lease was read once, and not while another gateway had just
	 * taken it: nothing is relayed yet of one whose offset is still not known then.
	 */
	boolean hasReadLease(int partition) {
		return this.read.contains(partition);
	}

	/** For how long the leases are not renewed. */
	Duration sinceRenewal() {
		return Duration.ofNanos(System.nanoTime() - this.renewedAt);
	}

	/** Begins with partitions that are new, and ends with those that are gone. */
	private void follow() {
		Map<Integer, RelayedPartition> now = this.followed.look();
		if (now != this.all) {
			this.partitions.values().removeIf((relay) -> {
				boolean gone = now.get(relay.partition().id()) != relay.partition();
				if (gone) {
					relay.release();
				}
				return gone;
			});
			now.forEach((id, partition) -> this.partitions.computeIfAbsent(id, (any) -> this.relays.apply(partition)));
			this.all = now;
		}
	}

	/** Renews the leases, and lets the partitions know whose they are. */
	private void renew() {
		try {
			follow();
			apply(this.leases.renew(this.all.keySet(), relayedHere(), closed(this.surplus)));
			if (this.leases.lack()) {
				this.followed.forget();
			}
			warnOfOtherTopics();
			this.failing = false;
		}
		catch (RuntimeException ex) {
			if (!this.failing) {
				log.warn("The relay's leases could not be renewed; without them it pauses", ex);
			}
			this.failing = true;
		}
	}

	/** Without it, a replica whose topic is misspelt looks as healthy as the others. */
	private void warnOfOtherTopics() {
		Set<String> others = this.leases.otherTopics();
		if (!others.equals(this.reportedTopics) && !others.isEmpty()) {
			log.warn(
					"Other gateways relay this log to {}. Each destination gets the whole log; gateways that are to "
							+ "share the work need the same gateway.relay.topic, topic-prefix and cursor-topic",
					others);
		}
		this.reportedTopics = others;
	}

	private void apply(LeaseView view) {
		Map<Integer, Long> known = new HashMap<>(view.lastKnown());
		this.known.forEach((id, offset) -> { // true for as long as nobody says otherwise
			if (view.isUnreadElsewhere(id) && this.all.containsKey(id)) {
				known.put(id, offset);
			}
		});
		this.known = known;
		this.reported = view.relayed();
		this.read = this.all.keySet()
			.stream()
			.filter((id) -> !view.isUnreadElsewhere(id))
			.collect(Collectors.toUnmodifiableSet());
		this.renewedAt = view.asked();
		int above = view.held().size() - view.share();
		this.surplus = (above <= 0) ? Set.of()
				: view.held().stream().skip(view.share()).collect(Collectors.toCollection(TreeSet::new));
		for (PartitionRelay relay : partitions()) {
			RelayedPartition partition = relay.partition();
			if (this.known.containsKey(partition.id())) {
				partition.topic().relayed();
			}
			if (view.held().contains(partition.id()) && !this.surplus.contains(partition.id())) {
				relay.confirm(view);
			}
			else {
				relay.release();
			}
		}
	}

	/**
	 * What the leases do not say yet. Also that it is not known: Kafka may not have it.
	 */
	private Map<Integer, @Nullable Long> relayedHere() {
		Map<Integer, @Nullable Long> relayed = new HashMap<>();
		for (PartitionRelay relay : partitions()) {
			int id = relay.partition().id();
			long offset = relay.relayedOffset();
			Long here = (offset >= 0) ? (Long) offset : null;
			if (!Objects.equals(here, this.reported.get(id)) && (here != null || relay.isHeld())) {
				relayed.put(id, here);
			}
		}
		return relayed;
	}

	private List<Integer> closed(Set<Integer> candidates) {
		return candidates.stream().filter((id) -> {
			PartitionRelay relay = this.partitions.get(id);
			return relay == null || !relay.isOpen();
		}).toList();
	}

	/** Retention starts later, and that of other gateways waits meanwhile. */
	@Override
	public void start() {
		this.leases.begin();
		this.started = true;
		this.renewedAt = System.nanoTime();
		this.workers.every(RENEWAL, "relay-leases", new RepeatedTask("The renewal of leases", this::renew));
	}

	@Override
	public void stop() {
		this.started = false;
		this.workers.stop(() -> {
			partitions().forEach(PartitionRelay::release);
			this.topics.close();
		}, LAST_TRANSACTION);
		try {
			this.leases.leave();
		}
		catch (RuntimeException ex) {
			log.warn("The relay's leases could not be given back; others take them over in a few seconds", ex);
		}
	}

	@Override
	public boolean isRunning() {
		return this.started;
	}

	/** Stops when the lanes are drained, and no answer is waited for any more. */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 2048;
	}

}
