package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A PostgreSQL that is there, but does not give what the gateway needs: locks,
 * connections, any answer at all.
 */
class PostgresExhaustionIT {

	private static final String APPEND_TIMEOUT = "--gateway.commit.timeout=2s";

	private static final String CONNECTION_TIMEOUT = "--spring.datasource.hikari.connection-timeout=1000";

	@Test
	void lockedRowsAndAnEmptyPoolAre503AndPass() throws SQLException {
		String url = PostgresServer.newDatabase();
		try (GatewayProcess gateway = GatewayProcess.start(GatewayProcess.onPostgres(url, APPEND_TIMEOUT,
				CONNECTION_TIMEOUT, "--spring.datasource.hikari.maximum-pool-size=2"))) {
			GatewayClient client = gateway.client();
			client.register("named");
			LoadingProducer producer = new LoadingProducer(client.newProducer(), 0).start(client);
			await().until(() -> producer.acknowledged() > 20);
			CompletableFuture<Answer> registration;
			try (Connection session = DriverManager.getConnection(url, "postgres", "");
					Statement statement = session.createStatement()) {
				session.setAutoCommit(false);
				statement.execute("select * from log_partition for update");
				statement.execute("select * from producer for update");
				registration = CompletableFuture.supplyAsync(() -> client.register("named"));
				await().until(() -> producer.refused() > 0);
				await().untilAsserted(() -> isUnavailable(client.get("/partitions")));
				isUnavailable(client.append(1, producer.producerId(), 0, "1"));
				session.rollback();
			}
			goesOn(client, producer);
			assertThat(registration.join().status()).isIn(200, 503);
		}
	}

	@Test
	void refusedConnectionsAre503AndPass() throws SQLException {
		String url = PostgresServer.newDatabase();
		try (Connection session = DriverManager.getConnection(url, "postgres", "");
				Statement statement = session.createStatement()) {
			statement.execute("drop role if exists limited");
			statement.execute("create role limited login");
			statement.execute("grant all on schema public to limited");
			try (GatewayProcess gateway = GatewayProcess.start("--spring.datasource.url=" + url,
					"--spring.datasource.username=limited", APPEND_TIMEOUT, CONNECTION_TIMEOUT)) {
				GatewayClient client = gateway.client();
				LoadingProducer producer = new LoadingProducer(client.newProducer(), 0).start(client);
				await().until(() -> producer.acknowledged() > 20);
				statement.execute("alter role limited connection limit 0");
				statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'limited'");
				await().until(() -> producer.refused() > 0);
				isUnavailable(client.get("/partitions/0/records"));
				assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(503);
				assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
				statement.execute("alter role limited connection limit -1");
				goesOn(client, producer);
			}
			statement.execute("drop owned by limited");
			statement.execute("drop role limited");
		}
	}

	@Test
	void frozenDatabaseIs503AndPasses(@TempDir Path folder) throws IOException {
		try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
				GatewayProcess gateway = GatewayProcess.start(postgres.arguments(APPEND_TIMEOUT, CONNECTION_TIMEOUT))) {
			GatewayClient client = gateway.client();
			LoadingProducer producer = new LoadingProducer(client.newProducer(), 0).start(client);
			await().until(() -> producer.acknowledged() > 20);
			postgres.freeze();
			try {
				await().atMost(Duration.ofSeconds(10)).until(() -> producer.refused() > 1);
			}
			finally {
				postgres.thaw();
			}
			goesOn(client, producer);
		}
	}

	private static void isUnavailable(Answer answer) {
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.code()).isEqualTo("STORE_UNAVAILABLE");
		assertThat(answer.header("Retry-After")).isNotNull();
	}

	/** Recovers by itself, and has lost nothing. */
	private static void goesOn(GatewayClient client, LoadingProducer producer) {
		int before = producer.acknowledged();
		await().atMost(Duration.ofSeconds(30)).until(() -> producer.acknowledged() > before + 20);
		producer.stop();
		LogCheck.holds(client, 0, List.of(producer));
		assertThat(client.get("/actuator/health").status()).isEqualTo(200);
	}

}
