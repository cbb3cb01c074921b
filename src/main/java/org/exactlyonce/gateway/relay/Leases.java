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
import java.util.function.Function;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.store.Store;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.exception.ConstraintViolationException;

/**
 * This gateway's share of the partitions, as leases on the database's clock. A gateway
 * that dies loses them after {@link #TERM}; one that comes gets its share as others give
 * back what is above theirs. For one thread.
 */
final class Leases {

	/** How long a lease, and a member, lasts without a renewal. */
	static final Duration TERM = Duration.ofSeconds(5);

	private static final String END_OF_TERM = "CURRENT_TIMESTAMP + INTERVAL '5' SECOND";

	private final String me = UUID.randomUUID().toString();

	private final SessionFactory sessions;

	private final Store store;

	private final int partitions;

	private boolean complete;

	Leases(SessionFactory sessions, Store store, int partitions) {
		this.sessions = sessions;
		this.store = store;
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
			createRows();
			this.complete = true;
		}
		int members = inTransaction((session) -> announce(session));
		int share = (this.partitions + members - 1) / members;
		inTransaction((session) -> {
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
		inTransaction((session) -> take(session, view.free().stream().limit(lacking).toList()));
		return view(asked, share);
	}

	/** Gives everything back, so that others need not wait for the term to end. */
	void leave() {
		inTransaction((session) -> {
			session.createMutationQuery("delete from RelayMember m where m.owner = :me")
				.setParameter("me", this.me)
				.executeUpdate();
			return session.createMutationQuery("update RelayLease l set l.owner = null where l.owner = :me")
				.setParameter("me", this.me)
				.executeUpdate();
		});
	}

	private void createRows() {
		Set<Integer> existing = Set.copyOf(inTransaction(
				(session) -> session.createSelectionQuery("select l.partition from RelayLease l", Integer.class)
					.getResultList()));
		IntStream.range(0, this.partitions)
			.filter((partition) -> !existing.contains(partition))
			.forEach((partition) -> create(new RelayLease(partition)));
	}

	private void create(Object row) {
		try {
			inTransaction((session) -> session.insert(row));
		}
		catch (ConstraintViolationException ex) {
			// another gateway starts at the same moment and was first
		}
	}

	/** Says that this gateway is there, and counts those who are. */
	private int announce(StatelessSession session) {
		session
			.createNativeMutationQuery(
					"DELETE FROM relay_member WHERE alive_until < CURRENT_TIMESTAMP AND owner <> :me")
			.setParameter("me", this.me)
			.executeUpdate();
		String renewal = "UPDATE relay_member SET alive_until = " + END_OF_TERM + " WHERE owner = :me";
		if (session.createNativeMutationQuery(renewal).setParameter("me", this.me).executeUpdate() == 0) {
			session.insert(new RelayMember(this.me));
			session.createNativeMutationQuery(renewal).setParameter("me", this.me).executeUpdate();
		}
		return session.createSelectionQuery("select count(*) from RelayMember m", Long.class)
			.getSingleResult()
			.intValue();
	}

	private int giveBack(StatelessSession session, Collection<Integer> unwanted) {
		return unwanted.isEmpty() ? 0
				: session
					.createMutationQuery(
							"update RelayLease l set l.owner = null where l.owner = :me and l.partition in :unwanted")
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
					+ " WHERE partition_id IN (:wanted) AND " + LeaseView.FREE)
			.setParameter("me", this.me)
			.setParameterList("wanted", wanted)
			.executeUpdate();
	}

	private LeaseView view(long asked, int share) {
		return inTransaction((session) -> LeaseView.read(session, this.me, this.partitions, asked, share));
	}

	private <T> T inTransaction(Function<StatelessSession, T> work) {
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			session.beginTransaction();
			T result = work.apply(session);
			session.getTransaction().commit();
			return result;
		}
	}

}
