package org.exactlyonce.gateway.proof.outage;

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
import org.exactlyonce.gateway.support.LogCheck;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Senders of requests whose records go to partitions of every lane, to a topic of their
 * own. Each request is sent once: all of it is there, or nothing.
 */
final class SpreadSenders {

	private static final int SENDERS = 6;

	private static final int PARTITIONS = 12;

	private static final int RECORDS = 5;

	private final AtomicInteger requests = new AtomicInteger();

	/** The places that acknowledged requests were told. */
	private final Map<Integer, JsonNode> acknowledged = new ConcurrentHashMap<>();

	private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();

	private ExecutorService senders;

	static void makeTopic(GatewayClient gateway) {
		assertThat(gateway.putTopic("spread", "{\"partitions\": " + PARTITIONS + "}").status()).isEqualTo(201);
	}

	/** They send until the gateway is gone. */
	void start(GatewayClient gateway) {
		this.senders = Executors.newFixedThreadPool(SENDERS);
		for (int i = 0; i < SENDERS; i++) {
			this.senders.execute(() -> send(gateway));
		}
		this.senders.shutdown();
	}

	int acknowledged() {
		return this.acknowledged.size();
	}

	void join() throws InterruptedException {
		assertThat(this.senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
	}

	void assertStoredWholeOrNotAtAll(GatewayClient gateway, int atLeast) {
		Map<String, String> stored = read(gateway);
		Map<Integer, Integer> records = new HashMap<>();
		stored.values().forEach((value) -> records.merge(Integer.parseInt(value.split("-")[0]), 1, Integer::sum));
		assertThat(records.values()).isNotEmpty().containsOnly(RECORDS);
		assertThat(this.statuses).containsExactly(201);
		assertThat(this.acknowledged).hasSizeGreaterThanOrEqualTo(atLeast).allSatisfy((request, places) -> {
			for (int i = 0; i < RECORDS; i++) {
				JsonNode place = places.get(i);
				assertThat(stored.get(place.get("partition").intValue() + "@" + place.get("offset").longValue()))
					.isEqualTo(request + "-" + i);
			}
		});
	}

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
				Answer answer = gateway.post("/topics/spread/records",
						"{\"records\": [" + String.join(", ", records) + "]}");
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
			for (JsonNode record : LogCheck.read(gateway, "/topics/spread/partitions/" + partition)) {
				stored.put(partition + "@" + record.get("offset").longValue(), record.get("value").asString());
			}
		}
		return stored;
	}

}
