package org.exactlyonce.gateway.proof.outage;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.exactlyonce.gateway.webhook.Sender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Senders that repeat an id until they get an answer, some by the API and some as
 * webhooks whose body is another in every attempt, two of them with each id, whose
 * gateway is killed: every id is stored, and none of them twice.
 */
class IdsCrashIT {

	private static final int KILLS = 4;

	private static final int SENDERS = 6;

	private static final String SECRET = "whsec_crash";

	@TempDir
	private Path folder;

	private final AtomicInteger sent = new AtomicInteger();

	private final AtomicInteger attempts = new AtomicInteger();

	/** Ids whose answer was lost: each is sent again after the next start. */
	private final Set<String> inDoubt = ConcurrentHashMap.newKeySet();

	private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

	@Test
	void storesEachIdOnce() throws Exception {
		for (int kill = 0; kill < KILLS; kill++) {
			try (GatewayProcess gateway = start()) {
				sendAgain(gateway.client());
				int before = this.acknowledged.size();
				ExecutorService executor = Executors.newFixedThreadPool(SENDERS);
				List<Future<?>> senders = new ArrayList<>();
				for (int i = 0; i < SENDERS; i++) {
					senders.add(executor.submit(() -> send(gateway.client())));
				}
				await()
					.until(() -> this.acknowledged.size() >= before + 60 || senders.stream().anyMatch(Future::isDone));
				gateway.kill();
				executor.shutdown();
				for (Future<?> sender : senders) {
					// what it has asserted
					assertThat(sender).succeedsWithin(Duration.ofSeconds(30));
				}
			}
		}
		try (GatewayProcess gateway = start()) {
			sendAgain(gateway.client());
			assertThat(stored(gateway.client())).isEqualTo(new TreeMap<>(this.acknowledged))
				.hasSizeGreaterThanOrEqualTo(KILLS * 60);
			assertThat(this.acknowledged.keySet()).anyMatch((id) -> id.startsWith("shop "))
				.anyMatch((id) -> id.startsWith("id-"));
		}
	}

	private static Map<String, String> stored(GatewayClient gateway) {
		Map<String, String> stored = new TreeMap<>();
		for (int partition = 0; partition < 8; partition++) {
			JsonNode page = gateway.get("/partitions/" + partition + "/records?limit=10000").json();
			for (JsonNode record : page.get("records")) {
				String place = partition + "@" + record.get("offset").longValue();
				assertThat(stored.put(record.get("id").asString(), place)).isNull();
			}
		}
		return stored;
	}

	private GatewayProcess start() {
		return GatewayProcess.start("--gateway.data-dir=" + this.folder, "--gateway.webhooks.shop.topic=records",
				"--gateway.webhooks.shop.signature=stripe", "--gateway.webhooks.shop.secrets=" + SECRET);
	}

	private void sendAgain(GatewayClient gateway) {
		this.inDoubt.forEach((id) -> send(gateway, id));
		this.inDoubt.clear();
	}

	/** Sends until the gateway is gone; two senders send each id, about at once. */
	private void send(GatewayClient gateway) {
		while (true) {
			int number = this.sent.getAndIncrement() / 2;
			String id = ((number % 2 == 0) ? "id-" : "shop evt-") + number;
			try {
				send(gateway, id);
			}
			catch (UncheckedIOException ex) {
				this.inDoubt.add(id);
				return;
			}
		}
	}

	private void send(GatewayClient gateway, String id) {
		Answer answer = id.startsWith("shop ") ? deliver(gateway, id.substring(5))
				: gateway.post("/records", "{\"records\": [{\"id\": \"" + id + "\", \"value\": 1}]}");
		assertThat(answer.status()).as(answer.text()).isIn(200, 201);
		JsonNode place = answer.json().get("records").get(0);
		String at = place.get("partition").intValue() + "@" + place.get("offset").longValue();
		String before = this.acknowledged.put(id, at);
		assertThat(before).as(id).isIn(null, at);
	}

	/** As Stripe counts down in an event what is not delivered yet. */
	private Answer deliver(GatewayClient gateway, String id) {
		String body = "{\"id\": \"" + id + "\", \"pending_webhooks\": " + this.attempts.incrementAndGet() + "}";
		return gateway.send("POST", "/webhooks/shop", body.getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/json", "Stripe-Signature", Sender.stripe(SECRET, Instant.now().getEpochSecond(), body));
	}

}
