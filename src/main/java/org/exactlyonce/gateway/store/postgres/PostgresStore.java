package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 15 or newer. A commit is on the server's disk when it is visible, provided
 * the server's settings say so, which is checked at start-up and in each transaction.
 * Where it also has to be on a standby, {@link Replication} makes sure.
 */
final class PostgresStore implements Store {

	private static final int OLDEST_VERSION = 15;

	private final HikariDataSource dataSource;

	private final String url;

	private final boolean allowUnsafe;

	private final Replication replication;

	PostgresStore(HikariDataSource dataSource, String url, boolean allowUnsafe, Replication replication) {
		this.dataSource = dataSource;
		this.url = url;
		this.allowUnsafe = allowUnsafe;
		this.replication = replication;
	}

	@Override
	public <T> T durably(Supplier<T> work) {
		return durably(work, (result) -> false);
	}

	@Override
	public <T> T durably(Supplier<T> work, Predicate<T> confirmed) {
		this.replication.require();
		T result;
		try {
			result = work.get();
		}
		catch (RuntimeException ex) {
			this.replication.failed(ex);
			throw ex;
		}
		if (!confirmed.test(result)) {
			this.replication.confirm();
		}
		return result;
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
	public String trouble(Exception failure) {
		return (failure instanceof SQLException sql && PostgresTransactions.refused(sql))
				? String.valueOf(sql.getMessage()) : Store.super.trouble(failure);
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
			// to see the server as it is, not as a transaction sets it
			connection.setAutoCommit(true);
			verify(statement);
			connection.setAutoCommit(false);
		}
		catch (PoolInitializationException ex) {
			if (String.valueOf(ex.getMessage()).contains("targetServerType")) {
				throw PostgresRefusal.standby();
			}
			throw ex;
		}
		catch (SQLException ex) {
			throw PostgresRefusal.of(ex, this.url, this.dataSource.getUsername());
		}
		try {
			PostgresPooler.verify(this.dataSource);
		}
		catch (SQLException ex) {
			throw PostgresRefusal.of(ex, this.url, this.dataSource.getUsername());
		}
		PostgresSchema.create(this.dataSource);
	}

	private void verify(Statement statement) throws SQLException {
		int version = Integer.parseInt(ask(statement, "SHOW server_version_num")) / 10_000;
		if (version < OLDEST_VERSION) {
			throw new StoreRefusedException("PostgreSQL " + version + " is too old.",
					"Use PostgreSQL " + OLDEST_VERSION + " or newer.");
		}
		if (ask(statement, "SELECT pg_is_in_recovery()").equals("t")) {
			throw PostgresRefusal.standby();
		}
		PostgresRefusal.verifyEncoding(ask(statement, "SHOW server_encoding"));
		for (String setting : new String[] { "fsync", "synchronous_commit", "full_page_writes" }) {
			if (!this.allowUnsafe && ask(statement, "SHOW " + setting).equals("off")) {
				throw new StoreRefusedException(
						"PostgreSQL runs with " + setting + "=off, which can lose acknowledged records.",
						"Switch " + setting
								+ " on, or set gateway.store.allow-unsafe-database=true and accept the loss.");
			}
		}
	}

	@Override
	public void migrate(BooleanSupplier pending, Runnable migration) {
		PostgresMigrations.patiently(migration); // each in a transaction
	}

	private static String ask(Statement statement, String question) throws SQLException {
		try (ResultSet answer = statement.executeQuery(question)) {
			answer.next();
			return answer.getString(1);
		}
	}

}
