package org.exactlyonce.gateway.proof.exhaustion;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.support.LoadingProducer;
import org.exactlyonce.gateway.support.LogCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged gateway with the embedded database and too little memory: it lives or it
 * ends, and nothing that was acknowledged is missing.
 */
class SmallHeapIT {

	private static final int PRODUCERS = 6;

	private static final int RECORD_BYTES = 2_000_000;

	private static final Duration LOAD = Duration.ofSeconds(Integer.getInteger("small-heap.seconds", 6));

	@TempDir
	private Path folder;

	@Test
	void losesNothingOfWhatWasAcknowledged() {
		List<LoadingProducer> producers;
		try (GatewayProcess gateway = GatewayProcess.startWith(List.of("-Xmx96m"), "--gateway.data-dir=" + this.folder,
				"--gateway.request.max-buffered-bytes=64MB")) {
			GatewayClient client = gateway.client();
			producers = IntStream.range(0, PRODUCERS)
				.mapToObj((i) -> new LoadingProducer(client.newProducer(), i, RECORD_BYTES).start(client))
				.toList();
			long began = System.nanoTime();
			await().atMost(LOAD.plusSeconds(60))
				.until(() -> !gateway.handle().isAlive()
						|| (System.nanoTime() - began > LOAD.toNanos() && acknowledged(producers) > 0));
			if (gateway.handle().isAlive()) {
				gateway.kill();
			}
			else {
				assertThat(gateway.exitCode()).as(gateway.output()).isEqualTo(ProcessEnd.STATUS);
			}
			producers.forEach(LoadingProducer::join);
		}
		try (GatewayProcess gateway = GatewayProcess.start("--gateway.data-dir=" + this.folder)) {
			producers.forEach((producer) -> LogCheck.holds(gateway.client(), producer.partition(), List.of(producer)));
		}
	}

	private static int acknowledged(List<LoadingProducer> producers) {
		return producers.stream().mapToInt(LoadingProducer::acknowledged).sum();
	}

	@Test
	void refusesAHeapThatIsTooSmall() {
		try (GatewayProcess gateway = GatewayProcess.launchWith(List.of("-Xmx64m"),
				"--gateway.data-dir=" + this.folder)) {
			assertThat(gateway.exitCode()).isEqualTo(1);
			assertThat(gateway.output()).contains("too small for the embedded database", "-Xmx96m",
					"gateway.append.max-batch-bytes");
		}
	}

}
