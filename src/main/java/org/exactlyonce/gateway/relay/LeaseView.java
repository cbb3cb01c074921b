package org.exactlyonce.gateway.relay;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.hibernate.StatelessSession;

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

	/** Which leases may be taken. */
	static final String FREE = "(owner IS NULL OR held_until < CURRENT_TIMESTAMP)";

	private static final String ALL = "SELECT partition_id, owner, relayed_offset, CASE WHEN " + FREE
			+ " THEN 1 ELSE 0 END FROM relay_lease WHERE topic = :topic AND partition_id < :partitions";

	/** Until when this gateway may believe that it holds its leases. */
	long validUntil() {
		return this.asked + Leases.TERM.toNanos();
	}

	static LeaseView read(StatelessSession session, String me, String topic, int partitions, long asked, int share) {
		LeaseView view = new LeaseView(asked, share, new TreeSet<>(), new TreeSet<>(), new HashMap<>());
		session.createNativeQuery(ALL, Object[].class)
			.setParameter("topic", topic)
			.setParameter("partitions", partitions)
			.getResultList()
			.forEach((row) -> view.add(row, me));
		return view;
	}

	private void add(Object[] row, String me) {
		int partition = ((Number) row[0]).intValue();
		if (((Number) row[3]).intValue() == 1) {
			this.free.add(partition);
		}
		else if (me.equals(row[1])) {
			this.held.add(partition);
		}
		if (row[2] instanceof Number offset) {
			this.relayed.put(partition, offset.longValue());
		}
	}

}
