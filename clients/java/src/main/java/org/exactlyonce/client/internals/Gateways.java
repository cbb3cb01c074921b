package org.exactlyonce.client.internals;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.Transport;

/**
 * The replicas of the gateway: requests go to one of them until it does not answer, then
 * to the next. Safe for threads.
 */
final class Gateways {

	private final List<URI> urls;

	private final Supplier<String> token;

	private final Transport transport;

	private volatile int current;

	Gateways(List<URI> urls, Supplier<String> token, SSLContext sslContext, Transport transport) {
		this.urls = urls;
		this.token = token;
		this.transport = (transport != null) ? transport : new JdkTransport(sslContext);
	}

	/**
	 * Sends a request.
	 * @param method the method
	 * @param path the path, without the slash at its start
	 * @param headers its headers
	 * @param body its body; null if there is none
	 * @param timeout how long to wait for the answer
	 * @return the call
	 */
	Call call(String method, String path, Map<String, String> headers, byte[] body, Duration timeout) {
		int index = this.current;
		try {
			String bearer = (this.token != null) ? this.token.get() : null;
			Map<String, String> all = new HashMap<>(headers);
			if (bearer != null) {
				all.put("Authorization", "Bearer " + bearer);
			}
			URI uri = this.urls.get(index).resolve(path);
			return new Call(index, bearer,
					this.transport.exchange(new Transport.Request(method, uri, all, body, timeout)));
		}
		catch (RuntimeException ex) {
			// No token, or no proper one.
			return new Call(index, null, CompletableFuture.failedFuture(ex));
		}
	}

	/**
	 * Learns that a call was not answered, or not by a gateway that can serve: the next
	 * goes to another one.
	 * @param call the call
	 */
	void failed(Call call) {
		if (this.current == call.index()) {
			this.current = (call.index() + 1) % this.urls.size();
		}
	}

	/**
	 * Whether a call that was not authenticated may be by now.
	 * @param call the call
	 * @return true if there is another token
	 */
	boolean hasFreshToken(Call call) {
		if (this.token == null) {
			return false;
		}
		try {
			return !String.valueOf(call.token()).equals(this.token.get());
		}
		catch (RuntimeException ex) {
			return true;
		}
	}

	/**
	 * A request under way.
	 *
	 * @param index where it went
	 * @param token the token that it has
	 * @param response the answer
	 */
	record Call(int index, String token, CompletableFuture<Transport.Response> response) {

	}

}
