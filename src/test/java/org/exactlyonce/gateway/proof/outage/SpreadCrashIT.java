package org.exactlyonce.gateway.proof.outage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
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
 * Appends over partitions of every lane, whose gateway is killed: all of one is there, or
 * nothing.
 */
class SpreadCrashIT {

	private static final int KILLS = 4;

	private static final int SENDERS = 6;

	private static final int PARTITIONS = 12;

	private static final int RECORDS = 5;

	@TempDir
	private Path folder;

	private final AtomicInteger requests = new AtomicInteger();

	/** The places that acknowledged requests were told. */
	private final Map<Integer, JsonNode> acknowledged = new ConcurrentHashMap<>();

	private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();

	@Test
	void storesARequestWholeOrNotAtAll() throws Exception {
		for (int kill = 0; kill < KILLS; kill++) {
			try (GatewayProcess gateway = start()) {
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
			Map<String, String> stored = read(gateway.client());
			Map<Integer, Integer> records = new HashMap<>();
			stored.values().forEach((value) -> records.merge(Integer.parseInt(value.split("-")[0]), 1, Integer::sum));
			assertThat(records.values()).isNotEmpty().containsOnly(RECORDS);
			assertThat(this.statuses).containsExactly(201);
			assertThat(this.acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * 60).allSatisfy((request, places) -> {
				for (int i = 0; i < RECORDS; i++) {
					JsonNode place = places.get(i);
					assertThat(stored.get(place.get("partition").intValue() + "@" + place.get("offset").longValue()))
						.isEqualTo(request + "-" + i);
				}
			});
		}
	}

	private GatewayProcess start() {
		return GatewayProcess.start("--gateway.data-dir=" + this.folder, "--gateway.partitions=" + PARTITIONS);
	}

	/** Sends until the gateway is gone; a request is sent once. */
	private void send(GatewayClient gateway) {
		while (true) {
			int request = this.requests.incrementAndGet();
			List<String> records = new ArrayList<>();
			for (int i = 0; i < RECORDS; i++) {
				String member = ThreadLocalRandom.current().nextBoolean() ? "partition" : "key";
				String place = (member.equals("key") ? "\"%d\"" : "%d")
					.formatted(ThreadLocalRandom.current().nextInt(PARTITIONS));
				records.add("{\"%s\": %s, \"value\": \"%d-%d\"}".formatted(member, place, request, i));
			}
			try {
				Answer answer = gateway.post("/records", "{\"records\": [" + String.join(", ", records) + "]}");
				this.statuses.add(answer.status());
				this.acknowledged.put(request, answer.json().get("records"));
			}
			catch (RuntimeException ex) {
				return;
			}
		}
	}

	/** Values by partition and offset. */
	private static Map<String, String> read(GatewayClient gateway) {
		Map<String, String> stored = new HashMap<>();
		for (int partition = 0; partition < PARTITIONS; partition++) {
			JsonNode page = gateway.get("/partitions/" + partition + "/records?limit=10000").json();
			for (JsonNode record : page.get("records")) {
				stored.put(partition + "@" + record.get("offset").longValue(), record.get("value").asString());
			}
		}
		return stored;
	}

}
