package org.exactlyonce.gateway.proof.faults;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.exactlyonce.gateway.support.GatewayClient;
import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What clients see of the replicas: one of them, through its proxy, with little patience.
 * Notes each append and its answer in the history.
 */
final class Network {

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private final History history;

	private final AtomicLong operations = new AtomicLong();

	private final Map<Long, SentAppend> appends = new ConcurrentHashMap<>();

	private volatile List<GatewayClient> replicas = List.of();

	Network(History history) {
		this.history = history;
	}

	void replicas(List<Integer> ports) {
		this.replicas = ports.stream().map((port) -> new GatewayClient(port, PATIENCE)).toList();
	}

	/** The network sent an append twice. */
	void repeated(long operation) {
		SentAppend append = this.appends.get(operation);
		if (append != null) {
			append.repeat();
		}
	}

	/** An answer; null if none came. */
	Answer send(Random random, String method, String path, byte[] body, String... headers) {
		List<GatewayClient> all = this.replicas;
		try {
			return all.get(random.nextInt(all.size())).send(method, path, body, headers);
		}
		catch (UncheckedIOException ex) {
			rest(random, 1000); // its gateway may be starting, which needs the processor
			return null;
		}
	}

	/** Waits a while, as polite clients do between two attempts. */
	static void rest(Random random, int maxMillis) {
		try {
			Thread.sleep(random.nextInt(maxMillis));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Sends an append.
	 * @param random chooses the replica
	 * @param append what to send
	 * @return the answer; null if it is unknown what happened
	 */
	Answer send(Random random, SentAppend append) {
		this.history.invoke(append);
		long operation = this.operations.incrementAndGet();
		this.appends.put(operation, append);
		Answer answer = send(random, "POST", this.history.places().get(append.partition()).path() + "/records",
				append.json().getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json", "Prefer", "wait=1",
				FaultProxy.OPERATION, Long.toString(operation));
		this.appends.remove(operation);
		if (answer == null) {
			return null;
		}
		return switch (answer.status()) {
			case 200, 201 -> stored(append, answer);
			case 429, 503 -> null;
			case 403, 409 -> refused(append, answer);
			default -> {
				this.history.violated(Violation.Kind.UNEXPECTED_ANSWER,
						answer.status() + " " + answer.text() + " for " + append);
				yield refused(append, answer);
			}
		};
	}

	private Answer stored(SentAppend append, Answer answer) {
		try {
			JsonNode receipt = answer.json();
			boolean duplicate = receipt.get("duplicate").booleanValue();
			if (receipt.get("baseOffset").isNull()
					&& !(duplicate && this.history.places().get(append.partition()).retained())) {
				this.history.violated(Violation.Kind.WRONG_OFFSET, "None for " + append + ": " + answer.text());
			}
			this.history.stored(append, receipt.get("baseOffset").longValue(SentAppend.NO_OFFSET),
					receipt.get("lastOffset").longValue(SentAppend.NO_OFFSET), duplicate);
			return answer;
		}
		catch (JacksonException ex) {
			return null; // cut off
		}
	}

	private static Answer refused(SentAppend append, Answer answer) {
		append.refused();
		return answer;
	}

}
