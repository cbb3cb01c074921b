package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.Transport;

/**
 * A request of a reader, or two: one that the gateway answers at once, and right behind
 * its answer, if that has nothing new, one that the gateway is asked to wait for.
 */
final class LogCall {

	private final ReaderSettings settings;

	private final Gateways gateways;

	private final String path;

	/** How long the gateway is asked to wait; 0: not at all. */
	private final long waitSeconds;

	private final Predicate<Transport.Response> hasNothingNew;

	private final CompletableFuture<Transport.Response> response = new CompletableFuture<>();

	private volatile Gateways.Call last;

	private volatile boolean waits;

	private volatile long askedAt;

	LogCall(ReaderSettings settings, Gateways gateways, String path, long waitSeconds,
			Predicate<Transport.Response> hasNothingNew) {
		this.settings = settings;
		this.gateways = gateways;
		this.path = path;
		this.waitSeconds = waitSeconds;
		this.hasNothingNew = hasNothingNew;
	}

	/**
	 * Sends it. Call once.
	 * @param fresh whether the log is as the last answer said, so that the gateway may
	 * wait at once
	 */
	void send(boolean fresh) {
		this.waits = fresh && this.waitSeconds > 0;
		Map<String, String> headers = this.waits ? Map.of("Prefer", "wait=" + this.waitSeconds) : Map.of();
		Duration timeout = this.settings.requestTimeout().plusSeconds(this.waits ? this.waitSeconds : 0);
		this.askedAt = Nanos.now();
		Gateways.Call call = this.gateways.call("GET", this.path, headers, null, timeout);
		this.last = call;
		call.response().whenComplete(this::answered);
		if (this.response.isDone()) {
			call.response().cancel(true);
		}
	}

	/** On any thread. */
	private void answered(Transport.Response answer, Throwable failure) {
		try {
			if (failure != null) {
				this.response.completeExceptionally(failure);
			}
			else if (!this.waits && this.waitSeconds > 0 && !this.response.isDone()
					&& this.hasNothingNew.test(answer)) {
				send(true);
			}
			else {
				this.response.complete(answer);
			}
		}
		catch (Throwable ex) {
			// Who comes for the answer is told why it cannot be read.
			this.response.complete(answer);
		}
	}

	String path() {
		return this.path;
	}

	/** The answer to the last request. */
	CompletableFuture<Transport.Response> response() {
		return this.response;
	}

	/** The last request. */
	Gateways.Call last() {
		return this.last;
	}

	/** Whether the last request asks the gateway to wait. */
	boolean waits() {
		return this.waits;
	}

	/** When the last request was sent. */
	long askedAt() {
		return this.askedAt;
	}

	/** Gives it up. */
	void cancel() {
		this.response.cancel(true);
		this.last.response().cancel(true);
	}

}
