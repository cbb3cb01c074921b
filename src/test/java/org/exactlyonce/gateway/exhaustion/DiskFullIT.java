package org.exactlyonce.gateway.exhaustion;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The embedded database on a disk that fills up, and gets room again. It mounts a file
 * system and takes minutes, so it runs only with {@code -Dexhaustion=long}.
 */
@EnabledIfSystemProperty(named = "exhaustion", matches = "long")
class DiskFullIT {

	private static final int MEGABYTES = 12;

	@TempDir
	private Path folder;

	private GatewayProcess start() {
		return GatewayProcess.start("--gateway.data-dir=" + this.folder);
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
				await().atMost(Duration.ofSeconds(60)).until(() -> large.refused() > 3 && small.refused() > 3);
				GatewayClient.Answer refused = client.append(2, small.producerId(), 0, "1");
				assertThat(refused.status()).isEqualTo(503);
				assertThat(refused.code()).isEqualTo("STORE_UNAVAILABLE");
				assertThat(refused.header("Retry-After")).isNotNull();
				int before = small.acknowledged();
				disk.resize(20 * MEGABYTES);
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

	private static void holds(GatewayClient client, LoadingProducer small, LoadingProducer large) {
		LogCheck.holds(client, 0, List.of(small));
		LogCheck.holds(client, 1, List.of(large));
	}

}
