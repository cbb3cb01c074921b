package org.exactlyonce.gateway.support;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLContext;

/**
 * The ports of gateways that are spoken to in HTTP/2 over TLS.
 */
public final class Http2 {

	private static final Map<Integer, HttpClient> clients = new ConcurrentHashMap<>();

	private Http2() {
	}

	/**
	 * Makes a client.
	 * @param context whom it trusts, and who it is
	 */
	public static HttpClient client(SSLContext context) {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_2)
			.sslContext(context)
			.connectTimeout(Duration.ofSeconds(5))
			.build();
	}

	/** Speaks it from now on to a port. */
	public static void speak(int port, HttpClient client) {
		clients.put(port, client);
	}

	/** The client of a port; null if it is spoken to in plain HTTP/1.1. */
	static HttpClient of(int port) {
		return clients.get(port);
	}

}
