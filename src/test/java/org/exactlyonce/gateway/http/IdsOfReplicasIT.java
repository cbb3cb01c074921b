package org.exactlyonce.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayInProcess;
import org.exactlyonce.gateway.support.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas, each with several lanes, that get the same ids at the same time: each id
 * is stored once, and every sender is told so, never a conflict.
 */
class IdsOfReplicasIT {

	private static final int SENDERS = 12;

	private static final int IDS = 400;

	private static final int RECORDS = 10;

	private static GatewayInProcess first;

	private static GatewayInProcess second;

	@BeforeAll
	static void start() {
		String[] settings = { "--spring.datasource.url=" + PostgresServer.newDatabase(),
				"--spring.datasource.username=postgres", "--gateway.commit.lanes=4" };
		first = GatewayInProcess.on(settings);
		second = GatewayInProcess.on(settings);
	}

	@AfterAll
	static void stop() {
		first.close();
		second.close();
	}

	@Test
	void storesEachIdOnceWhoeverGetsIt() throws Exception {
		Map<Integer, String> places = new ConcurrentHashMap<>();
		ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
		try {
			List<Future<?>> all = new ArrayList<>();
			for (int i = 0; i < SENDERS; i++) {
				GatewayClient gateway = ((i % 2 == 0) ? first : second).client();
				all.add(senders.submit(() -> send(gateway, places)));
			}
			for (Future<?> one : all) {
				one.get();
			}
		}
		finally {
			senders.shutdownNow();
		}
		List<String> stored = new ArrayList<>();
		for (int partition = 0; partition < 8; partition++) {
			for (JsonNode record : second.client()
				.get("/partitions/" + partition + "/records?limit=10000")
				.json()
				.get("records")) {
				stored.add(record.get("id").asString());
				assertThat(places.get(record.get("value").intValue()))
					.isEqualTo(partition + "@" + record.get("offset").longValue());
			}
		}
		assertThat(stored).doesNotHaveDuplicates().hasSize(places.size());
	}

	/** Overlapping ids in any order, so that the senders cross one another. */
	private static void send(GatewayClient gateway, Map<Integer, String> places) {
		for (int request = 0; request < IDS / 4; request++) {
			List<Integer> ids = new ArrayList<>();
			List<String> records = new ArrayList<>();
			for (int i = 0; i < RECORDS; i++) {
				int id = Math.min(IDS - 1, request * 4 + ThreadLocalRandom.current().nextInt(20));
				ids.add(id);
				records.add("{\"id\": \"id-%d\", \"value\": %d}".formatted(id, id));
			}
			Answer answer = gateway.post("/records", "{\"records\": [" + String.join(", ", records) + "]}");
			assertThat(answer.status()).as(answer.text()).isIn(200, 201);
			for (int i = 0; i < RECORDS; i++) {
				JsonNode place = answer.json().get("records").get(i);
				String text = place.get("partition").intValue() + "@" + place.get("offset").longValue();
				String before = places.putIfAbsent(ids.get(i), text);
				assertThat(before).isIn(null, text);
			}
		}
	}

}
