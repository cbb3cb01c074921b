package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.ProducerListener;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.Transport;

/**
 * Makes requests of frozen batches, and hands their answers to the producer's thread.
 */
final class Requests {

	private final ProducerSettings settings;

	private final ProducerListener listener;

	private final Gateways gateways;

	private final Inbox inbox;

	private final Handshake handshake;

	private final Lifecycle lifecycle;

	/** Null if there is none. */
	private final Outbox outbox;

	private final PartitionCounts counts;

	private final Set<Gateways.Call> underWay = new HashSet<>();

	Requests(ProducerSettings settings, ProducerListener listener, Gateways gateways, Inbox inbox, Handshake handshake,
			Lifecycle lifecycle, Outbox outbox, PartitionCounts counts) {
		this.settings = settings;
		this.listener = listener;
		this.gateways = gateways;
		this.inbox = inbox;
		this.handshake = handshake;
		this.lifecycle = lifecycle;
		this.outbox = outbox;
		this.counts = counts;
	}

	/**
	 * Freezes and sends what is to be sent now.
	 * @param writers the partitions
	 * @param now the time
	 * @param hurry whether not to wait for {@code linger}
	 */
	void send(Collection<PartitionWriter> writers, long now, boolean hurry) {
		List<Batch> frozen = new ArrayList<>();
		for (PartitionWriter writer : writers) {
			frozen.addAll(writer.freeze(now, hurry));
		}
		if (this.outbox != null && !frozen.isEmpty()) {
			this.outbox.write(frozen);
		}
		for (PartitionWriter writer : writers) {
			for (Attempt attempt = writer.send(now); attempt != null; attempt = writer.send(now)) {
				send(writer, attempt, now);
			}
		}
	}

	private void send(PartitionWriter writer, Attempt attempt, long now) {
		Batch batch = attempt.batch();
		// What comes first in its partition is never early.
		boolean waits = batch.base > attempt.acknowledged() && this.settings.preferWait().toSeconds() > 0;
		Duration timeout = waits ? this.settings.requestTimeout().plus(this.settings.preferWait())
				: this.settings.requestTimeout();
		boolean lost = this.settings.delivery() == Delivery.AT_MOST_ONCE;
		String path = batch.place.path() + (lost ? "/records?acks=0" : "/records");
		this.listener.requestSent(batch.place.topic(), batch.place.partition(), batch.count(), batch.body.length,
				attempt.number());
		Gateways.Call call = this.gateways.call("POST", path, headers(batch, waits), batch.body, timeout);
		this.underWay.add(call);
		call.response()
			.whenComplete((response, failure) -> this.inbox
				.execute(() -> answered(writer, attempt, call, response, failure, now)));
	}

	private Map<String, String> headers(Batch batch, boolean waits) {
		Map<String, String> headers = new HashMap<>();
		headers.put("Content-Type", "application/x-ndjson");
		if (batch.base != Batch.NONE) {
			Identity identity = this.handshake.identity();
			headers.put("Producer-Id", Long.toString(identity.producerId()));
			headers.put("Producer-Epoch", Long.toString(identity.epoch()));
			headers.put("Producer-Seq", Long.toString(batch.base));
		}
		if (waits) {
			headers.put("Prefer", "wait=" + this.settings.preferWait().toSeconds());
		}
		return headers;
	}

	private void answered(PartitionWriter writer, Attempt attempt, Gateways.Call call, Transport.Response response,
			Throwable failure, long sentAt) {
		this.underWay.remove(call);
		long now = Nanos.now();
		Answer answer = (response != null) ? Answer.of(response) : null;
		Place place = attempt.batch().place;
		this.listener.requestAnswered(place.topic(), place.partition(), (answer != null) ? answer.status() : 0,
				Duration.ofNanos(now - sentAt), (answer != null) ? answer.retryAfter() : Duration.ZERO);
		if (answer == null) {
			this.gateways.failed(call);
			if (failure instanceof NotTrustedException untrusted) {
				writer.refused(attempt, untrusted, now);
			}
			else {
				writer.notAnswered(attempt, cause(failure), true, now);
			}
		}
		else if (answer.status() == 401 && this.gateways.hasFreshToken(call)) {
			writer.notAnswered(attempt, answer.refusal(), false, now);
		}
		else if (answer.isTransient()) {
			Duration wait = this.gateways.failed(call, answer.retryAfter());
			decide(writer, attempt, answer.withRetryAfter(wait), now);
		}
		else {
			if (answer.isMissing()) {
				missing(writer, answer);
			}
			decide(writer, attempt, answer, now);
		}
	}

	private void decide(PartitionWriter writer, Attempt attempt, Answer answer, long now) {
		this.lifecycle.decided(writer, writer.answered(attempt, answer, this.handshake.epoch(), now), now);
	}

	private void missing(PartitionWriter writer, Answer answer) {
		this.counts.forget(writer.place().topic());
		if (writer.acknowledged() == 0) {
			// Else there was such a partition, and the log is not what it was.
			this.counts.missing(writer.place(), answer);
		}
	}

	private static Exception cause(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof Exception exception) ? exception : new IllegalStateException(cause);
	}

	/** Gives up what is under way. */
	void close() {
		this.underWay.forEach((call) -> call.response().cancel(true));
		this.underWay.clear();
		this.handshake.close();
	}

}
