package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;

import org.exactlyonce.client.FencedException;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.ProducerSettings;
import org.exactlyonce.client.RefusedException;

/**
 * Registers the producer, and fences its past when a partition asks for it. Repeats both
 * until they are answered. Used by the producer's thread only.
 */
final class Handshake {

	private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

	private final ProducerSettings settings;

	private final WriterLimits limits;

	private final Gateways gateways;

	private final Executor loop;

	private final Listener listener;

	private Identity identity;

	/** Null if there is none. */
	private Gateways.Call underWay;

	private boolean fencing;

	/** Whether an earlier call may have raised the epoch. */
	private boolean inDoubt;

	/** Whether to say which epoch this producer has, so that it fences nobody newer. */
	private boolean believes = true;

	private int retries;

	private long notBefore;

	Handshake(ProducerSettings settings, Gateways gateways, Executor loop, Listener listener) {
		this.settings = settings;
		this.limits = WriterLimits.of(settings);
		this.gateways = gateways;
		this.loop = loop;
		this.listener = listener;
	}

	/** Who this producer is; null before it is registered. */
	Identity identity() {
		return this.identity;
	}

	/** Whether its epoch may be raised by itself just now. */
	boolean isFencing() {
		return this.fencing;
	}

	/**
	 * The newest epoch that an answer may name without being another process's.
	 * @return {@code Long.MAX_VALUE} while the epoch is being raised, and without an
	 * identity
	 */
	long epoch() {
		return (this.fencing || this.identity == null) ? Long.MAX_VALUE : this.identity.epoch();
	}

	/**
	 * When {@link #step} has something to do.
	 * @return the time; {@code Long.MAX_VALUE} while a call is under way
	 */
	long wakeAt() {
		return (this.underWay != null) ? Long.MAX_VALUE : this.notBefore;
	}

	/**
	 * Registers, or fences. Call if one of them is needed.
	 * @param now the time
	 */
	void step(long now) {
		if (this.underWay != null || now < this.notBefore) {
			return;
		}
		if (this.identity == null) {
			String name = this.settings.name();
			call("producers", (name != null) ? "{\"name\":" + JsonString.of(name) + '}' : "{}");
		}
		else {
			this.fencing = true;
			call("producers/" + this.identity.producerId() + "/epoch",
					this.believes ? "{\"producerEpoch\":" + this.identity.epoch() + '}' : "{}");
		}
	}

	private void call(String path, String body) {
		Gateways.Call call = this.gateways.call("POST", path, JSON, body.getBytes(StandardCharsets.UTF_8),
				this.settings.requestTimeout());
		this.underWay = call;
		call.response()
			.whenComplete((response, failure) -> this.loop
				.execute(() -> answered(call, (response != null) ? Answer.of(response) : null, failure)));
	}

	private void answered(Gateways.Call call, Answer answer, Throwable failure) {
		this.underWay = null;
		long now = Nanos.now();
		if (failure instanceof NotTrustedException untrusted) {
			this.gateways.failed(call);
			refused(untrusted, now);
			return;
		}
		Identity given = (answer != null) ? Identity.of(answer) : null;
		if (given != null) {
			accept(given, now);
		}
		else if (answer == null || answer.isTransient() || answer.isSuccess()) {
			this.gateways.failed(call);
			this.inDoubt |= answer == null || !answer.isDefinite();
			again((answer != null) ? Nanos.of(answer.retryAfter()) : 0, now);
		}
		else if (answer.status() == 401 && this.gateways.hasFreshToken(call)) {
			again(0, now);
		}
		else if (this.fencing) {
			fenceRefused(answer, now);
		}
		else {
			refused(answer.refusal(), now);
		}
	}

	private void accept(Identity given, long now) {
		boolean first = this.identity == null;
		this.identity = given;
		this.fencing = false;
		this.inDoubt = false;
		this.believes = true;
		this.retries = 0;
		this.notBefore = now;
		if (first) {
			this.listener.registered(given, now);
		}
		else {
			this.listener.fenced(given, now);
		}
	}

	private void again(long retryAfter, long now) {
		this.retries++;
		long backoff = this.limits.backoff(this.retries, Math.random());
		this.notBefore = now + Math.max(retryAfter, backoff);
	}

	private void fenceRefused(Answer answer, long now) {
		// a server on the way may have passed it on
		this.inDoubt |= !answer.isDefinite();
		long current = answer.number("currentEpoch");
		if ("PRODUCER_FENCED".equals(answer.code())) {
			boolean own = this.settings.name() == null || (this.inDoubt && current == this.identity.epoch() + 1);
			if (own) {
				// A lost answer had raised it. Nobody else can hold an anonymous
				// producer.
				this.identity = new Identity(this.identity.producerId(), current, this.identity.nextSequences());
				this.inDoubt = false;
				this.notBefore = now;
			}
			else {
				this.fencing = false;
				this.listener.ended(new FencedException(answer.message(), answer.problem(), null), now);
			}
		}
		else if ("UNKNOWN_PRODUCER_ID".equals(answer.code())) {
			this.fencing = false;
			this.listener.forgotten(new LogMismatchException(
					"The log does not know this producer any more: " + answer.message(), answer.problem(), null), now);
		}
		else if (answer.status() == 400 && this.believes) {
			// The log is older than the epoch: a backup was put back.
			this.believes = false;
			this.notBefore = now;
		}
		else {
			refused(answer.refusal(), now);
		}
	}

	private void refused(RefusedException failure, long now) {
		this.notBefore = now + this.limits.retryBackoffMax();
		this.listener.refused(failure, now);
	}

	/** Gives up what is under way: it must fence nobody later. */
	void close() {
		if (this.underWay != null) {
			this.underWay.response().cancel(true);
		}
	}

	/**
	 * Learns what came of it, on the producer's thread.
	 */
	interface Listener {

		/**
		 * The producer is registered.
		 * @param identity who it is
		 * @param now the time
		 */
		void registered(Identity identity, long now);

		/**
		 * No request of an older epoch can be stored any more.
		 * @param identity with the new epoch
		 * @param now the time
		 */
		void fenced(Identity identity, long now);

		/**
		 * The gateway refused for now, or is not trusted. It is asked again until it
		 * answers.
		 * @param failure why
		 * @param now the time
		 */
		void refused(GatewayException failure, long now);

		/**
		 * Somebody else has the name.
		 * @param failure why
		 * @param now the time
		 */
		void ended(GatewayException failure, long now);

		/**
		 * The log has nothing of this producer, and never will.
		 * @param failure why
		 * @param now the time
		 */
		void forgotten(LogMismatchException failure, long now);

	}

}
