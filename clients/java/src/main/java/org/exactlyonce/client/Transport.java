package org.exactlyonce.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Sends HTTP requests. The default is the JDK's {@code HttpClient};
 * {@link org.exactlyonce.client.apache.ApacheTransport} is Apache HttpClient 5. A
 * transport does not repeat requests by itself. Producers and readers do not close it.
 */
@FunctionalInterface
public interface Transport {

	/**
	 * Sends a request. Does not block.
	 * @param request the request
	 * @return the answer, complete with its body; fails if there is none. To cancel it
	 * gives the request up
	 */
	CompletableFuture<Response> exchange(Request request);

	/**
	 * A request.
	 *
	 * @param method the method
	 * @param uri where to
	 * @param headers the headers
	 * @param body the body; null if there is none
	 * @param timeout how long to wait for the whole answer
	 */
	record Request(String method, URI uri, Map<String, String> headers, byte[] body, Duration timeout) {

	}

	/**
	 * An answer.
	 *
	 * @param status the status
	 * @param headers the headers, by their names in lower case, each with its first value
	 * @param body the body, empty if there is none
	 */
	record Response(int status, Map<String, String> headers, byte[] body) {

	}

}
