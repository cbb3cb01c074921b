package org.exactlyonce.gateway.proof.outage;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import org.exactlyonce.gateway.support.LogCheck;
import org.exactlyonce.gateway.webhook.Sender;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Senders that repeat an id until they get an answer, some by the API and some as
 * webhooks whose body is another in every attempt, two of them with each id. Every id is
 * stored, and none of them twice.
 */
final class IdSenders {

	private static final int SENDERS = 6;

	private static final String SECRET = "whsec_crash";

	private final AtomicInteger sent = new AtomicInteger();

	private final AtomicInteger attempts = new AtomicInteger();

	/** Ids whose answer was lost: each is sent again after the next start. */
	private final Set<String> inDoubt = ConcurrentHashMap.newKeySet();

	private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

	private final List<Future<?>> senders = new ArrayList<>();

	/** What a gateway needs to be told of them. */
	static List<String> settings() {
		return List.of("--gateway.webhooks.shop.topic=records", "--gateway.webhooks.shop.signature=stripe",
				"--gateway.webhooks.shop.secrets=" + SECRET);
	}

	/** They send until the gateway is gone. */
	void start(GatewayClient gateway) {
		ExecutorService executor = Executors.newFixedThreadPool(SENDERS);
		for (int i = 0; i < SENDERS; i++) {
			this.senders.add(executor.submit(() -> send(gateway)));
		}
		executor.shutdown();
	}

	/** How many ids are acknowledged; fails if a sender has ended. */
	int acknowledged() {
		assertThat(this.senders).noneMatch(Future::isDone);
		return this.acknowledged.size();
	}

	void join() {
		for (Future<?> sender : this.senders) {
			// what it has asserted
			assertThat(sender).succeedsWithin(Duration.ofSeconds(30));
		}
		this.senders.clear();
	}

	/** Sends what is in doubt, to the gateway's successor. */
	void sendAgain(GatewayClient gateway) {
		this.inDoubt.forEach((id) -> send(gateway, id));
		this.inDoubt.clear();
	}

	void assertStoredOnce(GatewayClient gateway, int atLeast) {
		assertThat(stored(gateway)).isEqualTo(new TreeMap<>(this.acknowledged)).hasSizeGreaterThanOrEqualTo(atLeast);
		assertThat(this.acknowledged.keySet()).anyMatch((id) -> id.startsWith("shop "))
			.anyMatch((id) -> id.startsWith("id-"));
	}

	private static Map<String, String> stored(GatewayClient gateway) {
		Map<String, String> stored = new TreeMap<>();
		for (int partition = 0; partition < 8; partition++) {
			for (JsonNode record : LogCheck.read(gateway, partition)) {
				String place = partition + "@" + record.get("offset").longValue();
				assertThat(stored.put(record.get("id").asString(), place)).isNull();
			}
		}
		return stored;
	}

	/** Two senders send each id, about at once. */
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
