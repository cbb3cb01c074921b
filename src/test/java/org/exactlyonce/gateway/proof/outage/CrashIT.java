package org.exactlyonce.gateway.proof.outage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged gateway on the embedded database: killed, stopped, and started twice. */
class CrashIT {

	private static final int KILLS = 4;

	private static final int PRODUCERS = 4;

	/** What each kind of sender is to get acknowledged before each kill. */
	private static final int APPENDS = 60;

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	@TempDir
	private Path folder;

	private final List<LoadingProducer> producers = new ArrayList<>();

	private final IdSenders ids = new IdSenders();

	private final SpreadSenders spread = new SpreadSenders();

	private GatewayProcess start() {
		List<String> arguments = new ArrayList<>(IdSenders.settings());
		arguments.add("--gateway.data-dir=" + this.folder);
		return GatewayProcess.start(arguments.toArray(String[]::new));
	}

	private void addProducers(GatewayClient client, String topic) {
		for (int i = 0; i < PRODUCERS; i++) {
			this.producers.add(new LoadingProducer(client.newProducer(), topic, 0));
		}
	}

	private void load(GatewayClient client, int appends) {
		int before = acknowledged();
		this.producers.forEach((producer) -> producer.start(client));
		await().atMost(PATIENCE).until(() -> acknowledged() >= before + appends);
	}

	private int acknowledged() {
		return this.producers.stream().mapToInt(LoadingProducer::acknowledged).sum();
	}

	/**
	 * Producers of sequences, ids, and requests over many partitions, all at once: each
	 * finds what it was promised after the last kill, and sequences after each.
	 */
	@Test
	void keepsEveryAcknowledgedRecordThroughKills() throws InterruptedException {
		for (int kill = 0; kill < KILLS; kill++) {
			try (GatewayProcess gateway = start()) {
				GatewayClient client = gateway.client();
				if (kill == 0) {
					makeTopics(client);
				}
				LogCheck.holds(client, "/topics/counted/partitions/0", this.producers);
				this.ids.sendAgain(client);
				loadWithAll(client);
				gateway.kill();
				this.producers.forEach(LoadingProducer::join);
				this.ids.join();
				this.spread.join();
			}
		}
		try (GatewayProcess gateway = start()) {
			GatewayClient client = gateway.client();
			LogCheck.holds(client, "/topics/counted/partitions/0", this.producers);
			assertThat(acknowledged()).isGreaterThanOrEqualTo(KILLS * APPENDS);
			this.ids.sendAgain(client);
			this.ids.assertStoredOnce(client, KILLS * APPENDS);
			this.spread.assertStoredWholeOrNotAtAll(client, KILLS * APPENDS);
		}
	}

	private void makeTopics(GatewayClient client) {
		assertThat(client.putTopic("counted", "{\"partitions\": 1}").status()).isEqualTo(201);
		SpreadSenders.makeTopic(client);
		addProducers(client, "counted");
	}

	private void loadWithAll(GatewayClient client) {
		this.ids.start(client);
		this.spread.start(client);
		int ids = this.ids.acknowledged();
		int spread = this.spread.acknowledged();
		load(client, APPENDS);
		await().atMost(PATIENCE)
			.until(() -> this.ids.acknowledged() >= ids + APPENDS && this.spread.acknowledged() >= spread + APPENDS);
	}

	@Test
	void answersEveryAcceptedAppendWhenItIsStopped() {
		try (GatewayProcess gateway = start()) {
			addProducers(gateway.client(), "records");
			load(gateway.client(), 100);
			gateway.terminate();
			assertThat(gateway.exitCode()).isIn(0, 143);
			assertThat(gateway.output()).contains("All accepted appends are answered").doesNotContain("ERROR");
			this.producers.forEach(LoadingProducer::join);
		}
		try (GatewayProcess gateway = start()) {
			LogCheck.holds(gateway.client(), 0, this.producers);
			// no client was left in doubt: what is in the log was answered
			assertThat(LogCheck.read(gateway.client(), 0)).hasSize(acknowledged());
		}
	}

	@Test
	void refusesFolderOfAnotherProcess() {
		try (GatewayProcess first = start();
				GatewayProcess second = GatewayProcess.launch("--gateway.data-dir=" + this.folder)) {
			assertThat(second.exitCode()).isEqualTo(1);
			assertThat(second.output()).contains("in use by another process", "GATEWAY_DATA_DIR");
			assertThat(first.client().get("/actuator/health").status()).isEqualTo(200);
		}
	}

}
