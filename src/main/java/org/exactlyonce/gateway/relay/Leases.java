package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * This gateway's share of the partitions, as leases on the database's clock. They are
 * those of its destination: a gateway that relays to another one takes nothing away. One
 * that dies loses them after {@link #TERM}; one that starts gets its share as others give
 * back what is above theirs. For one thread.
 */
final class Leases {

	/** How long a lease, and a member, lasts without a renewal. */
	static final Duration TERM = Duration.ofSeconds(LeaseRepository.TERM_SECONDS);

	/** How many a statement writes; the others are next, a renewal later. */
	static final int MOST = 10_000;

	private final String me = UUID.randomUUID().toString();

	private final LeaseRepository repository;

	private final Transactions transactions;

	private final String topic;

	private final int most;

	/** Those that have their rows. */
	private Set<Integer> partitions = Set.of();

	/** The last partition that was reported; those behind it are next. */
	private int reportedTo = -1;

	/** How far partitions were when it was known last, whoever held them. */
	private Map<Integer, Long> lastKnown = Map.of();

	/** Not any more where rows are missing. */
	private boolean begun;

	private volatile Set<String> otherTopics = Set.of();

	/**
	 * Holds nothing yet.
	 * @param topic the destination
	 * @param most how many partitions a statement writes
	 */
	Leases(LeaseRepository repository, Transactions transactions, String topic, int most) {
		this.repository = repository;
		this.transactions = transactions;
		this.topic = topic;
		this.most = most;
	}

	/**
	 * Makes the destination known: from its return on, retention deletes nothing that is
	 * not relayed there. To be called before there is anything to lose.
	 * @throws RuntimeException if the database does not let it
	 */
	void begin() {
		if (!this.transactions.run(this::isKnown)) {
			try {
				this.transactions.run(this::announceDestination);
			}
			catch (DataIntegrityViolationException | ConcurrencyFailureException ex) {
				// another gateway was at it, which may be of a version that does not wait
				this.transactions.run(this::announceDestination);
			}
		}
		this.begun = true;
	}

	/** A partition without a row is not relayed yet, where the destination has others. */
	private boolean isKnown() {
		return this.repository.existsByKeyTopic(this.topic) && !this.repository.existsByKeyTopic("");
	}

	private int announceDestination() {
		this.repository.lockTopics();
		return this.repository.adopt(this.topic) + this.repository.createMissing(this.topic);
	}

	/**
	 * Renews what is held, gives back what is not wanted any more, and takes what is free
	 * and lacks to the share: a bounded number at a time.
	 * @param all the partitions that are shared
	 * @param relayed how far partitions are relayed, of those held whose leases say
	 * otherwise; null for one of which it is not known any more
	 * @param unwanted partitions to give back
	 * @return what is held now
	 */
	LeaseView renew(Set<Integer> all, Map<Integer, @Nullable Long> relayed, Collection<Integer> unwanted) {
		long asked = System.nanoTime();
		if (!this.begun) {
			begin();
		}
		if (!all.equals(this.partitions)) {
			createRows();
			this.partitions = Set.copyOf(all);
		}
		this.transactions.run(this::stay);
		int members = this.transactions.run(this::countMembers);
		int share = (this.partitions.size() + members - 1) / members;
		giveBack(unwanted);
		report(relayed);
		LeaseView view = completeView(asked, share);
		int lacking = share - view.held().size();
		if (lacking <= 0 || view.free().isEmpty()) {
			return view;
		}
		this.transactions
			.run(() -> this.repository.take(this.me, this.topic, some(view.free().stream().limit(lacking).toList())));
		return view(asked, share);
	}

	/**
	 * The destinations that other gateways relay this log to, when the leases were
	 * renewed.
	 */
	Set<String> otherTopics() {
		return this.otherTopics;
	}

	/**
	 * Whether partitions had no rows, after these were made for all there are. They are
	 * those of a deleted topic; or a database that has failed over has lost them.
	 */
	boolean lack() {
		return !this.begun;
	}

	/** Gives everything back, so that others need not wait for the term to end. */
	void leave() {
		this.transactions.run(() -> {
			this.repository.leave(this.me);
			return this.repository.giveBackAll(this.me);
		});
	}

	private void createRows() {
		try {
			this.transactions.run(() -> this.repository.createMissing(this.topic));
		}
		catch (DataIntegrityViolationException ex) {
			// another gateway saw the same moment and was first: what it lacks is next
			this.transactions.run(() -> this.repository.createMissing(this.topic));
		}
	}

	/**
	 * Renews this gateway's membership, and locks nothing beside: two that were taken for
	 * dead would wait for one another.
	 */
	private int stay() {
		int stayed = this.repository.stay(this.me);
		return (stayed > 0) ? stayed : this.repository.join(this.me, this.topic);
	}

	/** Counts the members that share the leases, without those that are dead. */
	private int countMembers() {
		this.repository.deleteDead(this.me);
		List<String> topics = this.repository.findTopicsOfMembers();
		this.otherTopics = topics.stream().filter((other) -> !isShared(other)).collect(Collectors.toUnmodifiableSet());
		return (int) topics.stream().filter(this::isShared).count();
	}

	private boolean isShared(String memberTopic) {
		return memberTopic.equals(this.topic) || memberTopic.isEmpty();
	}

	private void giveBack(Collection<Integer> unwanted) {
		if (!unwanted.isEmpty()) {
			this.transactions.run(() -> this.repository.giveBack(this.me, this.topic, some(unwanted)));
		}
	}

	/**
	 * Goes on where the last one ended, so that each has its turn however many there are.
	 * Written in order, and in a transaction of its own, so that no two gateways wait for
	 * one another.
	 */
	private void report(Map<Integer, @Nullable Long> relayed) {
		if (!relayed.isEmpty()) {
			NavigableMap<Integer, @Nullable Long> ordered = new TreeMap<>(relayed);
			List<Map.Entry<Integer, @Nullable Long>> some = new ArrayList<>(Stream
				.concat(ordered.tailMap(this.reportedTo, false).entrySet().stream(),
						ordered.headMap(this.reportedTo, true).entrySet().stream())
				.limit(this.most)
				.toList());
			this.reportedTo = some.get(some.size() - 1).getKey();
			some.sort(Map.Entry.comparingByKey());
			this.transactions.run(() -> this.repository.report(this.me, this.topic,
					RoundTrip.column(Integer.class, some, Map.Entry::getKey),
					RoundTrip.column(Long.class, some, Map.Entry::getValue)));
		}
	}

	private Integer[] some(Collection<Integer> partitions) {
		return partitions.stream().sorted().limit(this.most).toArray(Integer[]::new);
	}

	/** With the rows of all partitions that there are. */
	private LeaseView completeView(long asked, int share) {
		LeaseView view = view(asked, share);
		if (this.begun) {
			return view;
		}
		begin();
		createRows();
		return view(asked, share);
	}

	private LeaseView view(long asked, int share) {
		List<LeaseRepository.Lease> leases = this.transactions.run(() -> this.repository.find(this.topic));
		List<LeaseRepository.Lease> ours = leases.stream()
			.filter((lease) -> this.partitions.contains(lease.partition()))
			.toList();
		if (ours.size() < this.partitions.size()) {
			this.begun = false;
		}
		LeaseView view = LeaseView.of(ours, this.me, asked, share, this.lastKnown);
		this.lastKnown = view.lastKnown();
		return view;
	}

}
