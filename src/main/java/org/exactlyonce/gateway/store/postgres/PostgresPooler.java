package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;

/**
 * Finds a pooler, such as pgbouncer, that gives each transaction another connection to
 * the server. Transactions can do with that, as each sets what it needs; statements that
 * the driver has prepared on the server cannot, unless the pooler keeps them.
 */
final class PostgresPooler {

	/** From so many on the driver prepares a statement on the server, and more. */
	private static final int TRANSACTIONS = 8;

	private static final String UNKNOWN_STATEMENT = "26000";

	private static final String KNOWN_STATEMENT = "42P05";

	private PostgresPooler() {
	}

	/**
	 * Refuses a pooler that loses prepared statements: they would fail at random.
	 * @param pool gives two connections; with fewer there is nothing to find out
	 * @throws StoreRefusedException if there is such a pooler
	 * @throws SQLException if the database fails
	 */
	static void verify(HikariDataSource pool) throws SQLException {
		if (pool.getMaximumPoolSize() < 2) {
			return;
		}
		try (Connection one = pool.getConnection(); Connection other = pool.getConnection()) {
			for (int i = 0; i < TRANSACTIONS; i++) {
				ask(one);
				one.commit();
			}
			ask(other); // takes what the one had, and keeps it
			ask(one);
			one.commit();
			other.commit();
		}
		catch (SQLException ex) {
			if (UNKNOWN_STATEMENT.equals(ex.getSQLState()) || KNOWN_STATEMENT.equals(ex.getSQLState())) {
				throw new StoreRefusedException(
						"PostgreSQL is reached through a pooler in transaction mode that loses prepared statements.",
						"Add prepareThreshold=0 to the database URL, or let pgbouncer 1.21 or newer keep them "
								+ "(max_prepared_statements).");
			}
			throw ex;
		}
	}

	private static void ask(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select pg_backend_pid()");
				ResultSet answer = statement.executeQuery()) {
			answer.next();
		}
	}

}
