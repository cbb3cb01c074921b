package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.store.StoreRefusedException;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Migrations of a PostgreSQL that is in use, or has much to migrate: they come to their
 * end. Cut off again and again they would never, while older gateways cannot append any
 * more.
 */
@ExtendWith(OutputCaptureExtension.class)
class PostgresMigrationIT {

	private final String url = PostgresServer.newDatabase();

	private void execute(String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.url, "postgres", "");
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** As an older gateway has left it. */
	private void migrateTo(String version) {
		Flyway.configure()
			.dataSource(this.url, "postgres", "")
			.locations("classpath:db/migration/common", "classpath:db/migration/postgresql")
			.target(version)
			.load()
			.migrate();
	}

	private void assertStarts(String... settings) {
		try (GatewayInProcess gateway = GatewayInProcess.on(GatewayProcess.onPostgres(this.url, settings))) {
			assertThat(gateway.client().append(0, gateway.client().newProducer(), 0, "1").status()).isEqualTo(201);
		}
	}

	/**
	 * Longer than statements, idle transactions and answers may take otherwise: 10 s, the
	 * last two by settings.
	 */
	@Test
	void statementTakesAsLongAsItTakes() throws SQLException {
		migrateTo("6");
		execute("alter role postgres in database " + this.url.substring(this.url.lastIndexOf('/') + 1)
				+ " set transaction_timeout = '10s'");
		execute("""
				create function slow() returns event_trigger language plpgsql as $$ begin
					if current_query() like '%producer_sequence_partition_index%' then perform pg_sleep(12); end if;
				end $$""");
		execute("create event trigger slow on ddl_command_start when tag in ('CREATE INDEX') execute function slow()");
		assertStarts("--spring.datasource.hikari.data-source-properties.socketTimeout=10");
	}

	@Test
	void waitsForASessionThatHoldsATable(CapturedOutput output) throws Exception {
		migrateTo("6");
		try (Connection dump = DriverManager.getConnection(this.url, "postgres", "");
				Statement statement = dump.createStatement()) {
			dump.setAutoCommit(false);
			statement.execute("lock table log_partition in access share mode");
			CompletableFuture<Void> start = CompletableFuture.runAsync(() -> assertStarts());
			await().atMost(Duration.ofSeconds(60)).until(() -> start.isDone() || waits());
			await().atMost(Duration.ofSeconds(30))
				.until(() -> start.isDone() || output.getAll().contains("The schema could not be migrated"));
			assertThat(start).isNotDone();
			dump.rollback();
			start.get(60, TimeUnit.SECONDS);
		}
	}

	private boolean waits() throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.url, "postgres", "");
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"""
								select exists (select from pg_locks where not granted and relation = 'log_partition'::regclass)""")) {
			row.next();
			return row.getBoolean(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "55P03, pg_dump", "57014, statement_timeout", "25P03, idle_in_transaction_session_timeout",
			"25P04, transaction_timeout" })
	void refusalSaysWhatIsInTheWay(String state, String named) {
		StoreRefusedException refusal = PostgresRefusal.of(new SQLException("ERROR: no", state), this.url, "gateway");
		assertThat(refusal.action()).contains(named).doesNotContain("password");
	}

}
