package org.exactlyonce.client.internals;

import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.Transport;

/**
 * The replicas of the gateway: requests go to one of them until it does not answer, then
 * to the next. Safe for threads.
 */
final class Gateways {

	private final List<URI> urls;

	/** Null if requests have none. */
	private final Tokens tokens;

	private final Transport transport;

	private final Trust trust;

	/** Until when each gateway asked for a pause. */
	private final AtomicLongArray pausedUntil;

	private volatile int current;

	Gateways(List<URI> urls, Supplier<String> token, SSLContext sslContext, Transport transport) {
		this.urls = urls;
		this.pausedUntil = new AtomicLongArray(urls.size());
		this.tokens = (token != null) ? new Tokens(token) : null;
		this.transport = (transport != null) ? transport : new JdkTransport(sslContext);
		this.trust = new Trust(urls.size());
	}

	static Gateways of(ReaderSettings settings) {
		return new Gateways(settings.urls(), settings.token(), settings.sslContext(), settings.transport());
	}

	/**
	 * Sends a request. Does not block.
	 * @param method the method
	 * @param path the path, without the slash at its start
	 * @param headers its headers
	 * @param body its body; null if there is none
	 * @param timeout how long to wait for the answer
	 * @return the call; if it has no answer, it fails as {@link Trust#failed} says
	 */
	Call call(String method, String path, Map<String, String> headers, byte[] body, Duration timeout) {
		int index = this.current;
		Call call = new Call(index);
		URI uri = this.urls.get(index).resolve(path);
		if (this.tokens == null) {
			send(call, new Transport.Request(method, uri, headers, body, timeout));
		}
		else {
			// To bring a token may take as long as the answer.
			call.response.orTimeout(Nanos.of(timeout), TimeUnit.NANOSECONDS);
			this.tokens.bring(call, (token) -> send(call,
					new Transport.Request(method, uri, authorized(headers, token), body, timeout)));
		}
		return call;
	}

	private static Map<String, String> authorized(Map<String, String> headers, String token) {
		Map<String, String> all = new HashMap<>(headers);
		if (token != null) {
			all.put("Authorization", "Bearer " + token);
		}
		return all;
	}

	private void send(Call call, Transport.Request request) {
		try {
			CompletableFuture<Transport.Response> exchange = this.transport.exchange(request);
			exchange.whenComplete((response, failure) -> answered(call, response, failure));
			call.response.whenComplete((response, failure) -> exchange.cancel(true));
		}
		catch (RuntimeException ex) {
			// No proper token, for one.
			call.response.completeExceptionally(ex);
		}
	}

	private void answered(Call call, Transport.Response response, Throwable failure) {
		if (failure != null) {
			call.response.completeExceptionally(this.trust.failed(call.index, failure));
			return;
		}
		this.trust.answered();
		call.answeredAt = Nanos.now();
		if (response.status() == 401 && this.tokens != null) {
			this.tokens.compare(call, () -> call.response.complete(response));
		}
		else {
			call.response.complete(response);
		}
	}

	/**
	 * Learns that a call was not answered, or not by a gateway that can serve: the next
	 * goes to another one.
	 * @param call the call
	 */
	void failed(Call call) {
		failed(call, Duration.ZERO);
	}

	/**
	 * Learns that a gateway cannot serve now: the next call goes to another one, if there
	 * is one that has not asked for a pause.
	 * @param call the call
	 * @param retryAfter how long a pause the gateway asked for
	 * @return how long to wait before the next call
	 */
	Duration failed(Call call, Duration retryAfter) {
		long now = Nanos.now();
		this.pausedUntil.accumulateAndGet(call.index, now + Nanos.of(retryAfter), Math::max);
		if (this.current == call.index) {
			this.current = IntStream.rangeClosed(1, this.urls.size())
				.map((i) -> (call.index + i) % this.urls.size())
				.boxed()
				.min(Comparator.comparingLong((index) -> Math.max(now, this.pausedUntil.get(index))))
				.orElseThrow();
		}
		return Duration.ofNanos(Math.max(0, this.pausedUntil.get(this.current) - now));
	}

	/**
	 * Whether a call that was not authenticated may be by now.
	 * @param call the call, answered with 401
	 * @return true if there is another token
	 */
	boolean hasFreshToken(Call call) {
		return call.fresh;
	}

	/**
	 * A request under way.
	 */
	static final class Call {

		final int index;

		private final CompletableFuture<Transport.Response> response = new CompletableFuture<>();

		/** The token that it has. */
		volatile String token;

		/** Whether there is another token now. */
		volatile boolean fresh;

		private volatile long answeredAt;

		private Call(int index) {
			this.index = index;
		}

		/** The answer. To cancel it gives the request up. */
		CompletableFuture<Transport.Response> response() {
			return this.response;
		}

		/** When the answer came, a time of {@link Nanos}; 0 before. */
		long answeredAt() {
			return this.answeredAt;
		}

	}

}
