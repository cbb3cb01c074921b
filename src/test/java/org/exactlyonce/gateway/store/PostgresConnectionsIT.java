package org.exactlyonce.gateway.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.OnPostgres;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A stopped replica can hold a partition only as long as its session's time-outs say.
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

	private static String ask(Statement statement, String question) throws SQLException {
		try (ResultSet answer = statement.executeQuery(question)) {
			answer.next();
			return answer.getString(1);
		}
	}

}
