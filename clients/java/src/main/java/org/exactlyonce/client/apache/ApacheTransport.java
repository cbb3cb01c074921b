package org.exactlyonce.client.apache;

import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.Transport;

/**
 * Sends requests by the asynchronous client of Apache HttpClient 5, by HTTP/1.1: a
 * connection for each request under way, kept for the next. It repeats no request,
 * follows no redirect, keeps no cookie, and leaves bodies as they are. Needs
 * {@code org.apache.httpcomponents.client5:httpclient5}, 5.6 or newer. Safe for threads;
 * producers and readers may share one. Who opens it closes it, after them.
 */
public final class ApacheTransport implements Transport, AutoCloseable {

	private final ApacheClient client;

	private ApacheTransport(ApacheClient client) {
		this.client = client;
	}

	/**
	 * Opens a transport that trusts whom the JDK trusts.
	 * @return the transport
	 * @throws IllegalStateException if {@code httpclient5} is not on the class path, or
	 * too old
	 */
	public static ApacheTransport open() {
		return open(null);
	}

	/**
	 * Opens a transport.
	 * @param sslContext for {@code https}, instead of the one of the settings of a
	 * producer or reader; null: the JDK's
	 * @return the transport
	 * @throws IllegalStateException if {@code httpclient5} is not on the class path, or
	 * too old
	 */
	public static ApacheTransport open(SSLContext sslContext) {
		try {
			return new ApacheTransport(new ApacheClient(sslContext));
		}
		catch (LinkageError ex) {
			throw new IllegalStateException("Apache HttpClient cannot be used: org.apache.httpcomponents.client5"
					+ ":httpclient5, 5.6 or newer, has to be on the class path.", ex);
		}
	}

	/**
	 * Sends a request. Does not block.
	 * @param request the request
	 * @return the answer, complete with its body; fails if there is none, by a
	 * {@code TimeoutException} if it is not there in time, and by an {@code IOException}
	 * if an error, such as that there is no memory, has ended the thread of the
	 * connections: then another transport has to be opened. To cancel it gives the
	 * request up, and its connection
	 * @throws IllegalArgumentException if HTTP cannot have one of the headers
	 */
	@Override
	public CompletableFuture<Response> exchange(Request request) {
		return this.client.exchange(request);
	}

	/**
	 * Closes all connections, and ends the threads. What is under way fails, and what is
	 * sent later.
	 */
	@Override
	public void close() {
		this.client.close();
	}

}
