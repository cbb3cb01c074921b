package org.exactlyonce.gateway.proof.outage;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Senders that repeat an id until they get an answer, whose gateway is killed: every id
 * is stored, and none of them twice.
 */
class IdsCrashIT {

	private static final int KILLS = 4;

	private static final int SENDERS = 6;

	@TempDir
	private Path folder;

	private final AtomicInteger ids = new AtomicInteger();

	/** Ids whose answer was lost: each is sent again after the next start. */
	private final Set<Integer> inDoubt = ConcurrentHashMap.newKeySet();

	private final Map<Integer, String> acknowledged = new ConcurrentHashMap<>();

	@Test
	void storesEachIdOnce() throws Exception {
		for (int kill = 0; kill < KILLS; kill++) {
			try (GatewayProcess gateway = start()) {
				sendAgain(gateway.client());
				int before = this.acknowledged.size();
				ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
				for (int i = 0; i < SENDERS; i++) {
					senders.execute(() -> send(gateway.client()));
				}
				await().until(() -> this.acknowledged.size() >= before + 60);
				gateway.kill();
				senders.shutdown();
				assertThat(senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
			}
		}
		try (GatewayProcess gateway = start()) {
			sendAgain(gateway.client());
			Map<Integer, String> stored = new TreeMap<>();
			for (int partition = 0; partition < 8; partition++) {
				JsonNode page = gateway.client().get("/partitions/" + partition + "/records?limit=10000").json();
				for (JsonNode record : page.get("records")) {
					String place = partition + "@" + record.get("offset").longValue();
					assertThat(stored.put(record.get("value").intValue(), place)).isNull();
				}
			}
			assertThat(stored).isEqualTo(new TreeMap<>(this.acknowledged)).hasSizeGreaterThanOrEqualTo(KILLS * 60);
		}
	}

	private GatewayProcess start() {
		return GatewayProcess.start("--gateway.data-dir=" + this.folder);
	}

	private void sendAgain(GatewayClient gateway) {
		this.inDoubt.forEach((id) -> send(gateway, id));
		this.inDoubt.clear();
	}

	/** Sends until the gateway is gone. */
	private void send(GatewayClient gateway) {
		while (true) {
			int id = this.ids.incrementAndGet();
			try {
				send(gateway, id);
			}
			catch (RuntimeException ex) {
				this.inDoubt.add(id);
				return;
			}
		}
	}

	private void send(GatewayClient gateway, int id) {
		Answer answer = gateway.post("/records",
				"{\"records\": [{\"id\": \"id-%d\", \"value\": %d}]}".formatted(id, id));
		assertThat(answer.status()).isIn(200, 201);
		JsonNode place = answer.json().get("records").get(0);
		this.acknowledged.put(id, place.get("partition").intValue() + "@" + place.get("offset").longValue());
	}

}
