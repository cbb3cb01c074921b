package org.exactlyonce.gateway.store.h2;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What happens to connections when H2 closes itself under them. */
class H2ConnectionsTest {

	@TempDir
	private Path folder;

	private HikariDataSource pool() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:h2:file:" + this.folder.resolve("log") + ";DB_CLOSE_ON_EXIT=FALSE");
		pool.setUsername("sa");
		pool.setMaximumPoolSize(1);
		return (HikariDataSource) H2Configuration.h2Connections(new MockEnvironment())
			.postProcessAfterInitialization(pool, "pool");
	}

	@Test
	void areNotUsedAgainHoweverSoonTheNextIsAskedFor() throws SQLException {
		try (HikariDataSource pool = pool()) {
			try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
				statement.execute("shutdown immediately");
				assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(SQLException.class);
			}
			try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
				assertThat(statement.execute("select 1")).isTrue();
			}
		}
	}

	@Test
	void areKeptWhenAStatementIsWrong() throws SQLException {
		try (HikariDataSource pool = pool()) {
			Connection raw;
			try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
				raw = connection.unwrap(Connection.class);
				assertThatThrownBy(() -> statement.execute("select nothing")).isInstanceOf(SQLException.class);
			}
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.unwrap(Connection.class)).isSameAs(raw);
			}
		}
	}

}
