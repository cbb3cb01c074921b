package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.support.OwnKafka;
import org.exactlyonce.gateway.support.OwnPostgres;
import org.exactlyonce.gateway.support.RelayCheck;
import org.exactlyonce.gateway.support.TopicReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A disk that fills up, and gets room again. It mounts a file system and takes minutes,
 * so it runs only with {@code -Dexhaustion=long}.
 */
@EnabledIfSystemProperty(named = "exhaustion", matches = "long")
class DiskFullIT {

	private static final int MEGABYTES = 60;

	private static final int POSTGRES_MEGABYTES = 160;

	/** With room for what is kept free by default. */
	private static final int RELAYED_MEGABYTES = 450;

	@TempDir
	private Path folder;

	/** Nothing is deleted, so H2 has nothing to tidy up that takes more room. */
	private GatewayProcess start() {
		return GatewayProcess.start("--gateway.data-dir=" + this.folder, "--gateway.store.min-free-disk=32MB");
	}

	@Test
	void refusesWithoutALossAndRecoversByItself() {
		try (Tmpfs disk = Tmpfs.mount(this.folder, MEGABYTES)) {
			LoadingProducer small;
			LoadingProducer large;
			try (GatewayProcess gateway = start()) {
				GatewayClient client = gateway.client();
				small = new LoadingProducer(client.newProducer(), 0).start(client);
				large = new LoadingProducer(client.newProducer(), 1, 200_000).start(client);
				await().atMost(Duration.ofSeconds(90)).until(() -> large.refused() > 1 && small.refused() > 1);
				GatewayClient.Answer refused = client.append(2, small.producerId(), 0, "1");
				assertThat(refused.status()).isEqualTo(503);
				assertThat(refused.code()).isEqualTo("STORE_UNAVAILABLE");
				assertThat(refused.header("Retry-After")).isNotNull();
				assertThat(client.send("POST", "/producers", null).status()).isEqualTo(503);
				assertThat(client.get("/actuator/health/readiness").status()).as("nothing can be appended")
					.isEqualTo(503);
				assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
				assertThat(secondsToRead(client)).as("an answer, whatever it is, in time").isLessThan(20);
				int before = small.acknowledged();
				disk.resize(4 * MEGABYTES);
				await().atMost(Duration.ofSeconds(60)).until(() -> small.acknowledged() > before + 50);
				small.stop();
				large.stop();
				holds(client, small, large);
				assertThat(client.get("/actuator/health").status()).isEqualTo(200);
				gateway.kill();
			}
			try (GatewayProcess gateway = start()) {
				holds(gateway.client(), small, large);
			}
		}
	}

	@Test
	void losesNothingWhenKilledOnTheFullDisk() {
		try (Tmpfs disk = Tmpfs.mount(this.folder, MEGABYTES)) {
			LoadingProducer producer;
			try (GatewayProcess gateway = start()) {
				GatewayClient client = gateway.client();
				producer = new LoadingProducer(client.newProducer(), 0, 200_000).start(client);
				await().atMost(Duration.ofSeconds(90)).until(() -> producer.refused() > 1);
				gateway.kill();
				producer.join();
			}
			disk.resize(4 * MEGABYTES);
			try (GatewayProcess gateway = start()) {
				GatewayClient client = gateway.client();
				LogCheck.holds(client, 0, List.of(producer));
				int before = producer.acknowledged();
				producer.start(client);
				await().until(() -> producer.acknowledged() > before + 5);
				producer.stop();
				LogCheck.holds(client, 0, List.of(producer));
			}
		}
	}

	/**
	 * Retention waits for the relay, the disk for retention, and appends for the disk.
	 */
	@Test
	void emptiesOnceKafkaIsBack(@TempDir Path broker) throws IOException {
		try (Tmpfs disk = Tmpfs.mount(this.folder, RELAYED_MEGABYTES); OwnKafka kafka = new OwnKafka(broker)) {
			kafka.kill();
			try (GatewayProcess gateway = GatewayProcess.start("--gateway.data-dir=" + this.folder,
					"--gateway.relay.enabled=true", "--spring.kafka.bootstrap-servers=" + kafka.address(),
					"--gateway.retention-interval=1s")) {
				GatewayClient client = gateway.client();
				LoadingProducer producer = new LoadingProducer(client.newProducer(), 0, 200_000).start(client);
				await().atMost(Duration.ofSeconds(120)).until(() -> producer.refused() > 1);
				assertThat(client.putTopic("records", "{\"retentionBytes\": 1000000}").status()).isEqualTo(200);
				int before = producer.acknowledged();
				kafka.start();
				await().atMost(Duration.ofSeconds(120)).until(() -> producer.acknowledged() > before + 50);
				producer.stop();
				RelayCheck.awaitRelayed(client, 0, Duration.ofSeconds(60));
				assertThat(TopicReader.read(kafka.address(), "records", 0)).hasSize(producer.acknowledged());
				await().atMost(Duration.ofSeconds(60))
					.until(() -> disk.free() >= 256 << 20 && client.get("/actuator/health/readiness").status() == 200);
			}
		}
	}

	@Test
	void postgresLosesNothingEither() throws IOException {
		try (Tmpfs disk = Tmpfs.mount(this.folder, POSTGRES_MEGABYTES);
				OwnPostgres postgres = new OwnPostgres(this.folder.resolve("data"));
				GatewayProcess gateway = GatewayProcess.start(postgres.arguments())) {
			GatewayClient client = gateway.client();
			LoadingProducer producer = new LoadingProducer(client.newProducer(), 0, 500_000).start(client);
			await().atMost(Duration.ofSeconds(120)).until(() -> producer.refused() > 3);
			int before = producer.acknowledged();
			System.out.printf("[disk full] PostgreSQL %s after %d records%n",
					postgres.isAlive() ? "lives" : "has ended", before);
			disk.resize(10 * POSTGRES_MEGABYTES);
			if (!postgres.isAlive()) {
				postgres.startAgain(); // once there is room
			}
			await().atMost(Duration.ofSeconds(60)).until(() -> producer.acknowledged() > before + 5);
			producer.stop();
			LogCheck.holds(client, 0, List.of(producer));
			gateway.kill();
		}
	}

	private static double secondsToRead(GatewayClient client) {
		long began = System.nanoTime();
		assertThat(client.get("/partitions/0/records?limit=1").status()).isIn(200, 429, 503);
		return (System.nanoTime() - began) / 1e9;
	}

	private static void holds(GatewayClient client, LoadingProducer small, LoadingProducer large) {
		LogCheck.holds(client, 0, List.of(small));
		LogCheck.holds(client, 1, List.of(large));
	}

}
