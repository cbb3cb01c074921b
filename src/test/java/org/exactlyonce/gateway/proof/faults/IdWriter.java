package org.exactlyonce.gateway.proof.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.GatewayClient.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A sender that counts nothing: it sends each request until it is answered, often twice
 * at once, to whatever replicas. Others send the same ids at the same time, in other
 * requests and to other partitions. A few requests it gives up.
 */
final class IdWriter implements Runnable {

	private static final int REST_MILLIS = 40;

	private static final int MOST_RECORDS = 40;

	private static final int MOST_PENDING = 3;

	private final FaultRun run;

	private final IdHistory history;

	private final Random random;

	private final String name;

	private final AtomicLong next;

	private final List<IdRequest> pending = new ArrayList<>();

	/** Acknowledged to this one. */
	private final List<String> known = new ArrayList<>();

	private final List<IdRequest> keyed = new ArrayList<>();

	/**
	 * A sender.
	 * @param run what all share
	 * @param random makes its decisions
	 * @param name the name of its ids, which it shares with others
	 * @param next the number of the next of them
	 */
	IdWriter(FaultRun run, Random random, String name, AtomicLong next) {
		this.run = run;
		this.history = run.ids();
		this.random = random;
		this.name = name;
		this.next = next;
	}

	@Override
	public void run() {
		while (this.run.isWriting() || !this.pending.isEmpty()) {
			while (this.run.isWriting() && this.pending.size() < MOST_PENDING) {
				this.pending.add(make());
			}
			if (this.run.isWriting() && !this.known.isEmpty() && this.random.nextInt(20) == 0) {
				sendAnotherPayload();
			}
			for (Iterator<IdRequest> requests = this.pending.iterator(); requests.hasNext();) {
				IdRequest request = requests.next();
				boolean givenUp = this.run.isWriting() && this.random.nextInt(50) == 0;
				if (send(request) || givenUp) {
					requests.remove();
				}
			}
			Network.rest(this.random, REST_MILLIS);
		}
	}

	/** New ids and old ones, some of them twice; or a request with an id as a whole. */
	private IdRequest make() {
		if (this.random.nextInt(4) == 0) {
			boolean again = !this.keyed.isEmpty() && this.random.nextInt(3) == 0;
			return again ? this.keyed.get(this.random.nextInt(this.keyed.size()))
					: IdRequest.ofKey("key-" + this.name + "-" + newNumber());
		}
		List<String> ids = new ArrayList<>();
		int records = (this.random.nextInt(3) == 0) ? 1 : 1 + this.random.nextInt(MOST_RECORDS);
		while (ids.size() < records) {
			boolean old = !this.known.isEmpty() && this.random.nextInt(5) == 0;
			ids.add(old ? this.known.get(this.random.nextInt(this.known.size())) : this.name + "-" + newNumber());
		}
		Collections.shuffle(ids, this.random);
		return IdRequest.of(this.random, ids);
	}

	/** Mostly one that others come to as well, before or after. */
	private long newNumber() {
		return (this.random.nextInt(3) == 0) ? this.next.get() + this.random.nextInt(5)
				: this.next.incrementAndGet() - this.random.nextInt(20);
	}

	/** Whether it was answered. */
	private boolean send(IdRequest request) {
		this.history.invoke(request);
		List<CompletableFuture<Answer>> copies = Stream.generate(() -> new Random(this.random.nextLong()))
			.limit(1 + this.random.nextInt(2))
			.map((choices) -> CompletableFuture.supplyAsync(() -> post(choices, request), this.run.threads()))
			.toList();
		boolean answered = false;
		for (CompletableFuture<Answer> copy : copies) {
			answered |= note(request, copy.join());
		}
		return answered;
	}

	private Answer post(Random choices, IdRequest request) {
		return this.run.network()
			.send(choices, "POST", request.path(), request.body(), request.headers(FaultProxy.OPERATION, "0"));
	}

	private boolean note(IdRequest request, Answer answer) {
		if (answer == null || answer.status() == 429 || answer.status() == 503) {
			return false;
		}
		if (answer.status() != 200 && answer.status() != 201) {
			this.history.violated(Violation.Kind.UNEXPECTED_ANSWER,
					answer.status() + " " + answer.text() + " for " + request);
			return true;
		}
		try {
			JsonNode places = answer.json().get("records");
			for (int i = 0; i < request.ids().size(); i++) {
				JsonNode place = places.get(i);
				this.history.placed(request.ids().get(i),
						new IdHistory.Told(place.get("partition").intValue(), place.get("offset").longValue()),
						place.get("duplicate").booleanValue());
			}
		}
		catch (JacksonException ex) {
			return false; // cut off
		}
		if (request.key() != null) {
			this.keyed.add(request);
		}
		else {
			this.known.addAll(request.ids());
		}
		return true;
	}

	/** Nothing of it may be stored, and its first id is never sent otherwise. */
	private void sendAnotherPayload() {
		List<String> ids = List.of("refused-" + this.name + "-" + this.random.nextLong(),
				this.known.get(this.random.nextInt(this.known.size())));
		IdRequest request = IdRequest.wrong(this.random, ids);
		Answer answer = post(this.random, request);
		if (answer != null && answer.status() == 422) {
			this.history.refused();
		}
		else if (answer != null && answer.status() != 429 && answer.status() != 503) {
			this.history.violated(Violation.Kind.UNEXPECTED_ANSWER,
					answer.status() + " " + answer.text() + " for another payload: " + request);
		}
	}

}
