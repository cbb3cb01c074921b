package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A PostgreSQL that can lose acknowledged records is refused, unless that is accepted.
 */
class PostgresStoreRefusalIT {

	private static void verify(String url, boolean allowUnsafe) {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(url);
			pool.setUsername("postgres");
			pool.setAutoCommit(false);
			PostgresTransactions transactions = new PostgresTransactions(allowUnsafe);
			new PostgresStore(pool, url, allowUnsafe, new Replication(pool, transactions, Duration.ofSeconds(1)))
				.verify();
		}
	}

	private static String databaseWith(String setting) throws SQLException {
		String url = PostgresServer.newDatabase();
		try (Connection connection = DriverManager.getConnection(url, "postgres", "");
				Statement statement = connection.createStatement()) {
			statement.execute("alter database " + connection.getCatalog() + " set " + setting);
		}
		return url;
	}

	@Test
	void acceptsDefaults() {
		assertThatCode(() -> verify(PostgresServer.newDatabase(), false)).doesNotThrowAnyException();
	}

	@Test
	void refusesCommitsThatDoNotWait() throws SQLException {
		String url = databaseWith("synchronous_commit = off");
		assertThatThrownBy(() -> verify(url, false)).isInstanceOf(StoreRefusedException.class)
			.hasMessageContaining("synchronous_commit=off");
	}

	@Test
	void acceptsThemWhenTheLossIsAccepted() throws SQLException {
		String url = databaseWith("synchronous_commit = off");
		assertThatCode(() -> verify(url, true)).doesNotThrowAnyException();
	}

}
