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
 */
record LeaseView(long asked, int share, Set<Integer> held, Set<Integer> free, Map<Integer, Long> relayed) {

	/** The time until which the leases count as held. */
	long validUntil() {
		return this.asked + Leases.TERM.toNanos();
	}

	/** Sorts leases into those this gateway holds and those that it may take. */
	static LeaseView of(List<LeaseRepository.Lease> leases, String me, long asked, int share) {
		LeaseView view = new LeaseView(asked, share, new TreeSet<>(), new TreeSet<>(), new HashMap<>());
		leases.forEach((lease) -> view.add(lease, me));
		return view;
	}

	private void add(LeaseRepository.Lease lease, String me) {
		if (lease.free()) {
			this.free.add(lease.partition());
		}
		else if (me.equals(lease.owner())) {
			this.held.add(lease.partition());
		}
		if (lease.relayedOffset() != null) {
			this.relayed.put(lease.partition(), lease.relayedOffset());
		}
	}

}
