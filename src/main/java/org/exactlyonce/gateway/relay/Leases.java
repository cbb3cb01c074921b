package org.exactlyonce.gateway.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.Transactions;
import org.hibernate.StatelessSession;
import org.hibernate.exception.ConstraintViolationException;

/**
 * This gateway's share of the partitions, as leases on the database's clock. They are
 * those of its topic: who relays to another one takes nothing away. A gateway that dies
 * loses them after {@link #TERM}; one that comes gets its share as others give back what
 * is above theirs. For one thread.
 */
final class Leases {

	/** How long a lease, and a member, lasts without a renewal. */
	static final Duration TERM = Duration.ofSeconds(5);

	private static final String END_OF_TERM = "CURRENT_TIMESTAMP + INTERVAL '5' SECOND";

	private final String me = UUID.randomUUID().toString();

	private final Transactions transactions;

	private final Store store;

	private final String topic;

	private final int partitions;

	private boolean complete;

	private volatile Set<String> otherTopics = Set.of();

	Leases(Transactions transactions, Store store, String topic, int partitions) {
		this.transactions = transactions;
		this.store = store;
		this.topic = topic;
		this.partitions = partitions;
	}

	/**
	 * Renews what is held, gives back what is not wanted any more, and takes what is free
	 * and lacks to the share.
	 * @param relayed how far partitions are relayed, of those held for which it is known
	 * @param unwanted partitions to give back
	 * @return what is held now
	 */
	LeaseView renew(Map<Integer, Long> relayed, Collection<Integer> unwanted) {
		long asked = System.nanoTime();
		this.store.requireRoom();
		if (!this.complete) {
			this.transactions.inSession(this::adopt);
			createRows();
			this.complete = true;
		}
		int members = this.transactions.inSession((session) -> announce(session));
		int share = (this.partitions + members - 1) / members;
		this.transactions.inSession((session) -> {
			giveBack(session, unwanted);
			int held = session
				.createNativeMutationQuery("UPDATE relay_lease SET held_until = " + END_OF_TERM + " WHERE owner = :me")
				.setParameter("me", this.me)
				.executeUpdate();
			// a transaction does not begin with a batch
			session.doWork((connection) -> report(connection, relayed));
			return held;
		});
		LeaseView view = view(asked, share);
		int lacking = share - view.held().size();
		if (lacking <= 0 || view.free().isEmpty()) {
			return view;
		}
		this.transactions.inSession((session) -> take(session, view.free().stream().limit(lacking).toList()));
		return view(asked, share);
	}

	/** The topics that other gateways relay this log to, when the leases were renewed. */
	Set<String> otherTopics() {
		return this.otherTopics;
	}

	/** Gives everything back, so that others need not wait for the term to end. */
	void leave() {
		this.transactions.inSession((session) -> {
			session.createMutationQuery("delete from RelayMember m where m.owner = :me")
				.setParameter("me", this.me)
				.executeUpdate();
			return session.createMutationQuery("update RelayLease l set l.owner = null where l.owner = :me")
				.setParameter("me", this.me)
				.executeUpdate();
		});
	}

	/**
	 * Version 0.1 knows one topic and does not name it. Gateways of that version that
	 * still run keep the rows they hold.
	 */
	private int adopt(StatelessSession session) {
		return session.createNativeMutationQuery(
				"""
						UPDATE relay_lease SET topic = :topic WHERE topic = ''
						AND partition_id NOT IN (SELECT known.partition_id FROM relay_lease known WHERE known.topic = :topic)""")
			.setParameter("topic", this.topic)
			.executeUpdate();
	}

	private void createRows() {
		Set<Integer> existing = Set.copyOf(this.transactions.inSession((session) -> session
			.createSelectionQuery("select l.key.partition from RelayLease l where l.key.topic = :topic", Integer.class)
			.setParameter("topic", this.topic)
			.getResultList()));
		IntStream.range(0, this.partitions)
			.filter((partition) -> !existing.contains(partition))
			.forEach((partition) -> create(new RelayLease(this.topic, partition)));
	}

	private void create(Object row) {
		try {
			this.transactions.inSession((session) -> session.insert(row));
		}
		catch (ConstraintViolationException ex) {
			// another gateway starts at the same moment and was first
		}
	}

	/** Says that this gateway is there, and counts those who share its leases. */
	private int announce(StatelessSession session) {
		session
			.createNativeMutationQuery(
					"DELETE FROM relay_member WHERE alive_until < CURRENT_TIMESTAMP AND owner <> :me")
			.setParameter("me", this.me)
			.executeUpdate();
		String renewal = "UPDATE relay_member SET alive_until = " + END_OF_TERM + " WHERE owner = :me";
		if (session.createNativeMutationQuery(renewal).setParameter("me", this.me).executeUpdate() == 0) {
			session.insert(new RelayMember(this.me, this.topic));
			session.createNativeMutationQuery(renewal).setParameter("me", this.me).executeUpdate();
		}
		List<String> topics = session.createSelectionQuery("select m.topic from RelayMember m", String.class)
			.getResultList();
		this.otherTopics = topics.stream().filter((other) -> !isShared(other)).collect(Collectors.toUnmodifiableSet());
		return (int) topics.stream().filter(this::isShared).count();
	}

	private boolean isShared(String memberTopic) {
		return memberTopic.equals(this.topic) || memberTopic.isEmpty();
	}

	private int giveBack(StatelessSession session, Collection<Integer> unwanted) {
		return unwanted.isEmpty() ? 0
				: session.createMutationQuery(
						"update RelayLease l set l.owner = null where l.owner = :me and l.key.partition in :unwanted")
					.setParameter("me", this.me)
					.setParameterList("unwanted", unwanted)
					.executeUpdate();
	}

	/** In one round trip, however many partitions there are. */
	private void report(Connection connection, Map<Integer, Long> relayed) throws SQLException {
		try (PreparedStatement update = connection
			.prepareStatement("UPDATE relay_lease SET relayed_offset = ? WHERE partition_id = ? AND owner = ?")) {
			for (Map.Entry<Integer, Long> partition : relayed.entrySet()) {
				update.setLong(1, partition.getValue());
				update.setInt(2, partition.getKey());
				update.setString(3, this.me);
				update.addBatch();
			}
			update.executeBatch();
		}
	}

	private int take(StatelessSession session, List<Integer> wanted) {
		return session
			.createNativeMutationQuery("UPDATE relay_lease SET owner = :me, held_until = " + END_OF_TERM
					+ " WHERE topic = :topic AND partition_id IN (:wanted) AND " + LeaseView.FREE)
			.setParameter("topic", this.topic)
			.setParameter("me", this.me)
			.setParameterList("wanted", wanted)
			.executeUpdate();
	}

	private LeaseView view(long asked, int share) {
		return this.transactions
			.inSession((session) -> LeaseView.read(session, this.me, this.topic, this.partitions, asked, share));
	}

}
