package org.exactlyonce.gateway.store;

import java.util.function.Function;
import java.util.function.Supplier;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Runs work in a transaction of its own, which is rolled back if the work fails. What
 * makes a commit durable is the {@link Store}'s. Thread-safe.
 */
@Component
public class Transactions {

	private final SessionFactory sessions;

	private final TransactionOperations operations;

	private final Store store;

	Transactions(SessionFactory sessions, TransactionOperations operations, Store store) {
		this.sessions = sessions;
		this.operations = operations;
		this.store = store;
	}

	/**
	 * Runs statements one at a time, without an entity manager.
	 * @param <T> the result's type
	 * @param work adds and runs them
	 * @return what the work returned, committed
	 */
	public <T> T inRoundTrips(Function<RoundTrip, T> work) {
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			session.beginTransaction();
			T result = work.apply(new RoundTrip(session, false));
			session.getTransaction().commit();
			return result;
		}
	}

	/**
	 * Runs work with repositories.
	 * @param <T> the result's type
	 * @param work calls them
	 * @return what the work returned, committed
	 */
	public <T> T run(Supplier<T> work) {
		T result = this.operations.execute((status) -> work.get());
		if (result == null) {
			throw new IllegalStateException("A transaction returned nothing");
		}
		return result;
	}

	/**
	 * Runs work with repositories, and returns when all it has committed or read is
	 * durable.
	 * @param <T> the result's type
	 * @param work calls them
	 * @return what the work returned, committed and durable
	 * @throws StoreSyncException if durability is unknown
	 */
	public <T> T durably(Supplier<T> work) {
		return this.store.durably(() -> run(work));
	}

}
