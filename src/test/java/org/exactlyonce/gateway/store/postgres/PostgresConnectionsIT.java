package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Each transaction has the isolation, the time-outs and the durability that the guarantee
 * rests on, whatever the session and the server have.
 */
@OnPostgres
class PostgresConnectionsIT {

	@Autowired
	private HikariDataSource pool;

	@LocalServerPort
	private int port;

	@Test
	void keepsTheTimeoutsOfASessionThroughARollback() throws SQLException {
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			for (int transaction = 0; transaction < 2; transaction++) {
				assertThat(ask(statement, "show lock_timeout")).isEqualTo("5s");
				assertThat(ask(statement, "show statement_timeout")).isEqualTo("10s");
				assertThat(ask(statement, "show idle_in_transaction_session_timeout")).isEqualTo("10s");
				assertThat(ask(statement, "show transaction_isolation")).isEqualTo("read committed");
				assertThat(connection.getAutoCommit()).isFalse();
				connection.rollback();
			}
		}
	}

	@Test
	void leavesNoTransactionOpenWhenIdle() throws SQLException {
		GatewayClient gateway = new GatewayClient(this.port);
		gateway.append(0, gateway.newProducer(), 0, "1");
		gateway.get("/partitions/0/records");
		assertThat(gateway.get("/actuator/health").status()).isEqualTo(200);
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			await().untilAsserted(() -> {
				assertThat(ask(statement, """
						select count(*) from pg_stat_activity
						where datname = current_database() and state like 'idle in transaction%'
							and pid <> pg_backend_pid()""")).isEqualTo("0");
				connection.rollback();
			});
		}
	}

	/** What a pooler does between two transactions, and what a reload does. */
	@ParameterizedTest
	@CsvSource({ "off, false, on", "off, true, off", "local, false, local", "remote_write, false, remote_write" })
	void setsWhatATransactionNeedsInTheTransaction(String level, boolean unsafe, String expected) throws SQLException {
		try (Connection driver = DriverManager.getConnection(this.pool.getJdbcUrl(), "postgres", "");
				Statement reset = driver.createStatement();
				Connection connection = connection(driver, unsafe)) {
			for (int transaction = 0; transaction < 8; transaction++) {
				driver.setAutoCommit(true);
				reset.execute("discard all");
				reset.execute("set default_transaction_isolation = 'repeatable read'");
				reset.execute("set synchronous_commit = " + level);
				connection.setAutoCommit(false);
				try (PreparedStatement first = connection
					.prepareStatement("select current_setting('transaction_isolation'), current_setting(?)")) {
					first.setString(1, "synchronous_commit");
					try (ResultSet answer = first.executeQuery()) {
						answer.next();
						assertThat(answer.getString(1)).isEqualTo("read committed");
						assertThat(answer.getString(2)).isEqualTo(expected);
						assertThat(answer.next()).isFalse();
					}
				}
				connection.commit();
			}
		}
	}

	@Test
	void countsRowsOfAFirstUpdateAndRefusesAFirstBatch() throws SQLException {
		try (Connection connection = this.pool.getConnection()) {
			try (PreparedStatement update = connection
				.prepareStatement("update log_partition set row_version = row_version where partition_id < ?")) {
				update.setInt(1, 3);
				assertThat(update.executeUpdate()).isEqualTo(3);
			}
			connection.rollback();
			try (PreparedStatement batch = connection.prepareStatement("select 1")) {
				assertThatThrownBy(batch::addBatch).isInstanceOf(SQLFeatureNotSupportedException.class);
			}
			connection.rollback();
		}
	}

	@ParameterizedTest
	@CsvSource({ "on, on, on, 25006", "off, off, on, 55000", "off, on, off, 55000" })
	void refusesServerThatOnlyReadsOrLosesData(String readOnly, String fsync, String fullPageWrites, String state)
			throws SQLException {
		try (Connection connection = this.pool.getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"""
								select 'on' as level, '' as standbys, '%s' as read_only, '%s' as fsync, '%s' as full_page_writes"""
							.formatted(readOnly, fsync, fullPageWrites))) {
			PostgresTransactions transactions = new PostgresTransactions(false);
			assertThatThrownBy(() -> transactions.check(row)).isInstanceOf(SQLException.class)
				.extracting("SQLState")
				.isEqualTo(state);
			connection.rollback();
		}
	}

	private static Connection connection(Connection driver, boolean unsafe) throws SQLException {
		return new PostgresConnections(new SingleConnectionDataSource(driver, true), new PostgresTransactions(unsafe))
			.getConnection();
	}

	private static String ask(Statement statement, String question) throws SQLException {
		try (ResultSet answer = statement.executeQuery(question)) {
			answer.next();
			return answer.getString(1);
		}
	}

}
