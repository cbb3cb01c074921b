package org.exactlyonce.gateway.edge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests of HTTP/2 in progress but one of each connection, for what is
 * counted as a connection has room for a request already. Thread-safe.
 */
final class StreamCount {

	private final Map<String, Integer> ofConnections = new ConcurrentHashMap<>();

	private final AtomicInteger more = new AtomicInteger();

	/**
	 * Counts a request until its end.
	 * @param connection its connection
	 * @return how many are counted with it; 0 if it is the only one of its connection
	 */
	int begin(String connection) {
		boolean alone = this.ofConnections.merge(connection, 1, Integer::sum) == 1;
		return alone ? 0 : this.more.incrementAndGet();
	}

	/**
	 * Counts a request no longer.
	 * @param connection its connection
	 */
	void end(String connection) {
		Integer left = this.ofConnections.computeIfPresent(connection,
				(any, running) -> (running > 1) ? running - 1 : null);
		if (left != null) {
			this.more.decrementAndGet();
		}
	}

	/**
	 * How many are counted.
	 * @return the requests that others of their connections are in progress with
	 */
	int more() {
		return this.more.get();
	}

}
