package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.statement.StoreFailure;
import org.exactlyonce.gateway.store.StoreSyncException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The barrier of a PostgreSQL with synchronous standbys. There a commit can be visible
 * before the standbys have it: after a crash, or when its wait was cancelled or its
 * session ended. A commit of its own that waits for them covers all that was visible
 * before it, for the write-ahead log is one. {@code synchronous_commit} says what they
 * have to have done. Thread-safe.
 */
final class Replication {

	private static final Logger log = LoggerFactory.getLogger(Replication.class);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/**
	 * The least that writes to the log and takes a transaction id, without which a commit
	 * would not wait. It leaves nothing in any table.
	 */
	private static final String COMMIT = "select pg_logical_emit_message(true, 'exactly-once-gateway', '');\ncommit";

	private final HikariDataSource pool;

	private final PostgresTransactions transactions;

	private final SharedRun barrier = new SharedRun(this::run);

	private final int seconds;

	private volatile boolean suspect;

	/**
	 * The barrier.
	 * @param pool where it takes its one connection
	 * @param transactions knows whether there are standbys
	 * @param appendTimeout how long it may take, if that is shorter than usual
	 */
	Replication(HikariDataSource pool, PostgresTransactions transactions, Duration appendTimeout) {
		this.pool = pool;
		this.transactions = transactions;
		Duration bound = (appendTimeout.compareTo(PATIENCE) < 0) ? appendTimeout : PATIENCE;
		this.seconds = (int) Math.max(1, bound.toSeconds());
	}

	/**
	 * Returns when all that was visible before this call is replicated.
	 * @throws StoreSyncException if the standbys did not confirm it in time
	 */
	void confirm() {
		if (this.transactions.isReplicated()) {
			this.barrier.await();
		}
	}

	/**
	 * Refuses work while the standbys are known not to follow: it would only hang, and
	 * leave one more commit behind that waits on the server.
	 * @throws DataAccessResourceFailureException if nothing was tried
	 */
	void require() {
		if (!this.suspect) {
			return;
		}
		try {
			this.barrier.await();
		}
		catch (StoreSyncException ex) {
			throw new DataAccessResourceFailureException("The synchronous standbys do not confirm commits", ex);
		}
	}

	/**
	 * Takes notice of work that failed.
	 * @param failure what it threw
	 */
	void failed(RuntimeException failure) {
		if (this.transactions.isReplicated() && StoreFailure.of(failure) == StoreFailure.UNAVAILABLE) {
			this.suspect = true;
		}
	}

	private void run() {
		try (Connection connection = this.pool.getConnection()) {
			try {
				commit(connection);
			}
			catch (SQLException ex) {
				// the driver's cancel may come late, and would hit another's work
				this.pool.evictConnection(connection);
				throw ex;
			}
			this.suspect = false;
		}
		catch (SQLException ex) {
			if (!this.suspect) {
				log.warn("The synchronous standbys do not confirm commits; appends, registrations and reads are "
						+ "answered 503 until they do: {}", ex.getMessage());
			}
			this.suspect = true;
			throw new StoreSyncException(ex);
		}
	}

	/**
	 * A wait that is cancelled, by the time-out too, ends as a commit with a warning. To
	 * cancel this one does no harm, and leaves no session that waits for ever.
	 */
	private void commit(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(COMMIT)) {
			statement.setQueryTimeout(this.seconds);
			statement.execute();
			SQLWarning warning = warning(statement.getWarnings());
			if (warning != null) {
				throw warning;
			}
		}
		connection.commit();
	}

	/** Its text may be in any language; one warning is as bad as another. */
	private static @Nullable SQLWarning warning(@Nullable SQLWarning first) {
		for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
			if (StoreFailure.isWarning(warning)) {
				return warning;
			}
		}
		return null;
	}

}
