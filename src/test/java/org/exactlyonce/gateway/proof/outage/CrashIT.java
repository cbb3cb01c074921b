package org.exactlyonce.gateway.proof.outage;

import java.nio.file.Path;
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

	private static final int KILLS = 2;

	private static final int PRODUCERS = 4;

	@TempDir
	private Path folder;

	private GatewayProcess start() {
		return GatewayProcess.start("--gateway.data-dir=" + this.folder);
	}

	private static List<LoadingProducer> producers(GatewayClient client) {
		List<LoadingProducer> producers = new ArrayList<>();
		for (int i = 0; i < PRODUCERS; i++) {
			producers.add(new LoadingProducer(client.newProducer(), 0));
		}
		return producers;
	}

	private static void load(List<LoadingProducer> producers, GatewayClient client, int appends) {
		int before = acknowledged(producers);
		producers.forEach((producer) -> producer.start(client));
		await().until(() -> acknowledged(producers) >= before + appends);
	}

	private static int acknowledged(List<LoadingProducer> producers) {
		return producers.stream().mapToInt(LoadingProducer::acknowledged).sum();
	}

	@Test
	void keepsEveryAcknowledgedRecordThroughKills() {
		List<LoadingProducer> producers = new ArrayList<>();
		for (int kill = 0; kill < KILLS; kill++) {
			try (GatewayProcess gateway = start()) {
				if (producers.isEmpty()) {
					producers.addAll(producers(gateway.client()));
				}
				else {
					LogCheck.holds(gateway.client(), 0, producers);
				}
				load(producers, gateway.client(), 50);
				gateway.kill();
				producers.forEach(LoadingProducer::join);
			}
		}
		try (GatewayProcess gateway = start()) {
			LogCheck.holds(gateway.client(), 0, producers);
			assertThat(acknowledged(producers)).isGreaterThanOrEqualTo(KILLS * 50);
		}
	}

	@Test
	void answersEveryAcceptedAppendWhenItIsStopped() {
		List<LoadingProducer> producers;
		try (GatewayProcess gateway = start()) {
			producers = producers(gateway.client());
			load(producers, gateway.client(), 100);
			gateway.terminate();
			assertThat(gateway.exitCode()).isIn(0, 143);
			assertThat(gateway.output()).contains("All accepted appends are answered").doesNotContain("ERROR");
			producers.forEach(LoadingProducer::join);
		}
		try (GatewayProcess gateway = start()) {
			LogCheck.holds(gateway.client(), 0, producers);
			// no client was left in doubt: what is in the log was answered
			assertThat(LogCheck.read(gateway.client(), 0)).hasSize(acknowledged(producers));
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
