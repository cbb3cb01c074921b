package org.exactlyonce.gateway.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 15 or newer. A commit is durable when it is visible, provided the server's
 * settings say so, which is checked at start-up.
 */
final class PostgresStore implements Store {

	private static final int OLDEST_VERSION = 15;

	private final DataSource dataSource;

	private final String url;

	private final boolean allowUnsafe;

	PostgresStore(DataSource dataSource, String url, boolean allowUnsafe) {
		this.dataSource = dataSource;
		this.url = url;
		this.allowUnsafe = allowUnsafe;
	}

	@Override
	public <T> T durably(Supplier<T> work) {
		return work.get(); // a commit has waited for the write-ahead log
	}

	@Override
	public void requireRoom() {
		// PostgreSQL refuses by itself, and goes on when there is room
	}

	@Override
	public @Nullable String beyondRepair() {
		return null; // whatever it is, the pool's next connection may find it healed
	}

	@Override
	public boolean isShared() {
		return true;
	}

	@Override
	public boolean takesSeveralStatements() {
		return true;
	}

	@Override
	public String describe() {
		return "PostgreSQL at " + this.url.replaceAll("\\?.*", "");
	}

	@Override
	public void verify() {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			int version = Integer.parseInt(ask(statement, "SHOW server_version_num")) / 10_000;
			if (version < OLDEST_VERSION) {
				throw new StoreRefusedException("PostgreSQL " + version + " is too old.",
						"Use PostgreSQL " + OLDEST_VERSION + " or newer.");
			}
			if (ask(statement, "SELECT pg_is_in_recovery()").equals("t")) {
				throw new StoreRefusedException("The PostgreSQL server is a standby and takes no writes.",
						"Point spring.datasource.url at the primary.");
			}
			for (String setting : new String[] { "fsync", "synchronous_commit", "full_page_writes" }) {
				if (!this.allowUnsafe && ask(statement, "SHOW " + setting).equals("off")) {
					throw new StoreRefusedException(
							"PostgreSQL runs with " + setting + "=off, which can lose acknowledged records.", "Switch "
									+ setting + " on, or set gateway.allow-unsafe-database=true and accept the loss.");
				}
			}
		}
		catch (SQLException ex) {
			throw new StoreRefusedException("PostgreSQL did not answer: " + ex.getMessage(),
					"Check spring.datasource.url, username and password, and that the server is up.");
		}
	}

	private static String ask(Statement statement, String question) throws SQLException {
		try (ResultSet answer = statement.executeQuery(question)) {
			answer.next();
			return answer.getString(1);
		}
	}

}
