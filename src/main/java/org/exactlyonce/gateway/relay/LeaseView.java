package org.exactlyonce.gateway.relay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The leases of one topic at some moment.
 *
 * @param asked {@link System#nanoTime()} before the database was asked
 * @param share how many leases are this gateway's share
 * @param held the partitions whose lease it holds, in order
 * @param free the partitions whose lease no gateway holds, in order
 * @param relayed how far partitions are relayed, of those for which it is known
 * @param lastKnown the same, and how far those were whose cursor this gateway has not
 * read yet
 */
record LeaseView(long asked, int share, Set<Integer> held, Set<Integer> free, Map<Integer, Long> relayed,
		Map<Integer, Long> lastKnown) {

	/** The time until which the leases count as held. */
	long validUntil() {
		return this.asked + Leases.TERM.toNanos();
	}

	/**
	 * Sorts leases into those this gateway holds and those that it may take.
	 * @param before how far partitions were before their leases were taken
	 */
	static LeaseView of(List<LeaseRepository.Lease> leases, String me, long asked, int share,
			Map<Integer, Long> before) {
		LeaseView view = new LeaseView(asked, share, new TreeSet<>(), new TreeSet<>(), new HashMap<>(),
				new HashMap<>());
		leases.forEach((lease) -> view.add(lease, me, before));
		return view;
	}

	/**
	 * Whether another gateway holds a lease, and has not read how far the partition is.
	 */
	boolean isUnreadElsewhere(int partition) {
		return !this.held.contains(partition) && !this.free.contains(partition)
				&& !this.lastKnown.containsKey(partition);
	}

	private void add(LeaseRepository.Lease lease, String me, Map<Integer, Long> before) {
		if (lease.free()) {
			this.free.add(lease.partition());
		}
		else if (me.equals(lease.owner())) {
			this.held.add(lease.partition());
		}
		Long known = lease.relayedOffset();
		if (known != null) {
			this.relayed.put(lease.partition(), known);
		}
		Long lastKnown = (known == null && this.held.contains(lease.partition())) ? before.get(lease.partition())
				: known;
		if (lastKnown != null) {
			this.lastKnown.put(lease.partition(), lastKnown);
		}
	}

}
