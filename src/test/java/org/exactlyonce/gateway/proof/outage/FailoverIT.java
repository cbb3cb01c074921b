package org.exactlyonce.gateway.proof.outage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.gateway.support.EventReader;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server that changes under the gateway: to one that does not wait for its disk, to one
 * that only reads, and to its standby.
 */
class FailoverIT {

	private static final Duration SOON = Duration.ofSeconds(15);

	private GatewayClient client;

	private long producer;

	private long next;

	private void append() {
		Answer answer = this.client.append(0, this.producer, this.next, "1");
		assertThat(answer.status()).as(answer.text()).isIn(200, 201);
		this.next++;
	}

	private int waitingPolls() {
		return this.client.get("/actuator/metrics/gateway.live.readers?tag=kind:poll")
			.json()
			.at("/measurements/0/value")
			.intValue();
	}

	private Answer readiness() {
		return this.client.get("/actuator/health/readiness");
	}

	private void isNotReady() {
		await().atMost(SOON).until(() -> readiness().status() == 503);
		assertThat(this.client.get("/partitions/0/records").code()).isEqualTo("STORE_UNAVAILABLE");
		assertThat(this.client.append(0, this.producer, this.next, "1").code()).isEqualTo("STORE_UNAVAILABLE");
	}

	private void goesOn() {
		await().atMost(SOON).until(() -> readiness().status() == 200);
		append();
	}

	private static GatewayInProcess on(OwnPostgres primary, OwnPostgres standby) {
		return GatewayInProcess.on(
				"--spring.datasource.url=jdbc:postgresql://localhost:%d,localhost:%d/postgres".formatted(primary.port(),
						standby.port()),
				"--spring.datasource.username=postgres", "--spring.datasource.hikari.connection-timeout=1000");
	}

	private static void awaitCaughtUp(OwnPostgres primary, OwnPostgres standby) {
		await().until(() -> standby.ask("select pg_last_wal_replay_lsn()")
			.equals(primary.ask("select pg_current_wal_lsn()")));
	}

	@Test
	void writesOnlyToAServerThatTakesWritesAndKeepsThem(@TempDir Path folder) throws IOException, SQLException {
		try (OwnPostgres primary = new OwnPostgres(folder.resolve("primary"));
				OwnPostgres standby = primary.standby(folder.resolve("standby"));
				GatewayInProcess gateway = on(primary, standby)) {
			this.client = gateway.client();
			this.producer = this.client.newProducer();
			append();

			primary.execute("alter role postgres set synchronous_commit = off");
			primary.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()");
			goesOn();
			for (int i = 0; i < 50; i++) {
				append();
			}
			primary.kill();
			goesOn();
			assertThat(LogCheck.read(this.client, 0)).hasSize((int) this.next);

			awaitCaughtUp(primary, standby);
			primary.set("default_transaction_read_only", "on");
			isNotReady();
			standby.execute("select pg_promote()");
			goesOn();
			assertThat(LogCheck.read(this.client, 0)).hasSize((int) this.next);
		}
	}

	@Test
	void readersFindOutWhatAFailoverHasLost(@TempDir Path folder) throws IOException, SQLException {
		try (OwnPostgres primary = new OwnPostgres(folder.resolve("primary"));
				OwnPostgres standby = primary.standby(folder.resolve("standby"));
				GatewayInProcess gateway = on(primary, standby)) {
			this.client = gateway.client();
			this.producer = this.client.newProducer();
			for (int i = 0; i < 5; i++) {
				append();
			}
			awaitCaughtUp(primary, standby);
			standby.set("primary_conninfo", "");
			await().until(() -> primary.ask("select count(*) from pg_stat_replication").equals("0"));
			for (int i = 0; i < 3; i++) {
				append();
			}
			try (EventReader stream = EventReader.open(gateway.port(), "/partitions/0/records?offset=0")) {
				await().until(() -> stream.ids().size() == 8);
				CompletableFuture<Answer> poll = CompletableFuture.supplyAsync(
						() -> this.client.send("GET", "/partitions/0/records?offset=8", null, "Prefer", "wait=60"));
				await().until(() -> waitingPolls() == 1);
				primary.set("default_transaction_read_only", "on");
				isNotReady();
				standby.execute("select pg_promote()");
				await().atMost(SOON).until(() -> readiness().status() == 200);
				assertThat(poll).succeedsWithin(SOON)
					.satisfies((answer) -> assertThat(answer.json().get("logEndOffset").longValue()).isEqualTo(5));
				await().atMost(SOON).until(stream::hasEnded);
			}
			this.next = 5;
			append();
			try (EventReader stream = EventReader.open(gateway.port(), "/partitions/0/records?offset=5")) {
				await().until(() -> !stream.ids().isEmpty());
				append();
				await().until(() -> stream.ids().equals(List.of(5L, 6L)));
			}
			assertThat(LogCheck.read(this.client, 0)).hasSize(7);
		}
	}

}
