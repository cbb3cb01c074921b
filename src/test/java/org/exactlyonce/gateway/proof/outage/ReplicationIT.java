package org.exactlyonce.gateway.proof.outage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A PostgreSQL with a synchronous standby that dies: what the standby does not have is
 * not answered, however it became visible on the primary.
 */
class ReplicationIT {

	private static final String WAITING = "select count(*) from pg_stat_activity where wait_event = 'SyncRep'";

	private static OwnPostgres primary;

	private static OwnPostgres standby;

	private static GatewayInProcess gateway;

	private static GatewayClient client;

	private long producer;

	@BeforeAll
	static void start(@TempDir Path folder) throws IOException, SQLException {
		primary = new OwnPostgres(folder.resolve("primary"));
		standby = primary.standby(folder.resolve("standby"));
		gateway = GatewayInProcess
			.on(primary.arguments("--gateway.commit.timeout=1s", "--spring.datasource.hikari.connection-timeout=1000",
					"--spring.datasource.hikari.data-source-properties.socketTimeout=3"));
		client = gateway.client();
		primary.set("synchronous_standby_names", "standby");
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		standby.close();
		primary.close();
	}

	@BeforeEach
	void storeOneAndLoseTheStandby() throws IOException {
		this.producer = client.register(name()).json().get("producerId").longValue();
		assertThat(append(0).status()).isEqualTo(201);
		standby.stop();
	}

	@AfterEach
	void isAnsweredOnceTheStandbyIsBack() throws IOException {
		standby.startAgain();
		await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
			assertThat(append(1).json().path("duplicate").asBoolean(false)).isTrue();
			assertThat(append(2).status()).isIn(200, 201);
		});
		assertThat(client.get("/partitions/0/records").status()).isEqualTo(200);
	}

	private static String name() {
		return "producer-" + System.nanoTime();
	}

	private Answer append(long sequence) {
		return client.append(0, this.producer, sequence, "1");
	}

	private CompletableFuture<Answer> appendThatWaits() {
		CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(() -> append(1));
		await().until(() -> Integer.parseInt(primary.ask(WAITING)) > 0);
		return waiting;
	}

	private static void end(String how) throws SQLException {
		primary.execute("select " + how + "(pid) from pg_stat_activity where wait_event = 'SyncRep'");
	}

	/** Nothing that the standby does not have is answered by any path. */
	private void answersNothing() {
		allUnavailable(() -> append(1), () -> append(7), () -> client.get("/partitions/0/records"),
				() -> client.get("/partitions"), () -> client.get("/partitions/0"),
				() -> client.get("/producers/" + this.producer), () -> client.get("/producers"),
				() -> client.register(name()));
	}

	/** At the same time, as each waits for the standby. */
	private static void allUnavailable(Request... requests) {
		List<CompletableFuture<Answer>> answers = Stream.of(requests)
			.map((request) -> CompletableFuture.supplyAsync(request::send))
			.toList();
		answers.forEach((answer) -> isUnavailable(answer.join()));
	}

	private static void isUnavailable(Answer answer) {
		assertThat(answer.status()).as(answer.text()).isEqualTo(503);
		assertThat(answer.code()).isEqualTo("STORE_UNAVAILABLE");
	}

	@Test
	void answersNothingAfterTheServerWasRestartedByACrash() throws IOException {
		isUnavailable(append(1));
		primary.kill();
		await().untilAsserted(() -> assertThat(primary.ask("select count(*) from record_batch")).isNotNull());
		answersNothing();
	}

	@Test
	void answersNothingOfACommitWhoseWaitWasCancelled() throws Exception {
		CompletableFuture<Answer> append = appendThatWaits();
		end("pg_cancel_backend");
		isUnavailable(append.get(20, TimeUnit.SECONDS));
		answersNothing();
	}

	@Test
	void answersNothingOfACommitWhoseSessionWasEnded() throws Exception {
		CompletableFuture<Answer> append = appendThatWaits();
		end("pg_terminate_backend");
		isUnavailable(append.get(20, TimeUnit.SECONDS));
		answersNothing();
	}

	@Test
	void answersNothingOfARegistrationWhoseWaitWasCancelled() throws Exception {
		CompletableFuture<Answer> registration = CompletableFuture.supplyAsync(() -> client.register(name()));
		await().until(() -> Integer.parseInt(primary.ask(WAITING)) > 0);
		end("pg_cancel_backend");
		isUnavailable(registration.get(20, TimeUnit.SECONDS));
		isUnavailable(append(1));
	}

	@Test
	void leavesFewSessionsThatWait() throws SQLException {
		isUnavailable(append(1));
		for (int i = 0; i < 3; i++) {
			allUnavailable(() -> append(1), () -> client.register(name()), () -> client.register(name()));
		}
		// those sent before the first failed: an append, two registrations, the barrier,
		// one more that raced
		assertThat(Integer.parseInt(primary.ask(WAITING))).isLessThanOrEqualTo(5);
	}

	private interface Request {

		Answer send();

	}

}
