package org.exactlyonce.gateway.bounds;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Bounds connections by the heap. Each has one request in progress at the most, which
 * costs the same whatever is in it: the container's buffers, and the objects that wait
 * for an answer; those of HTTP/2 have no more than that all together. So the number of
 * connections bounds requests in progress, held appends and live readers too, and these
 * have shares of it.
 */
@Component
public class ConnectionLimits {

	/**
	 * A connection with a request in progress, measured: 108 KB for an append that is
	 * held, of which 88 KB are the container's buffers.
	 */
	private static final long CONNECTION_BYTES = 112 * 1024;

	/** What connections may have of the heap. */
	private static final long SHARE_OF_HEAP = 4;

	/** The container's own default, which more heap does not raise. */
	private static final int AT_MOST = 8192;

	private final int max;

	@Autowired
	ConnectionLimits(Environment environment) {
		this(Binder.get(environment)
			.bind("server.tomcat.max-connections", Integer.class)
			.orElseGet(() -> affordable(Runtime.getRuntime().maxMemory())));
	}

	/**
	 * Sets the bound.
	 * @param max how many connections there may be; below 0 for any number
	 */
	public ConnectionLimits(int max) {
		this.max = (max >= 0) ? max : Integer.MAX_VALUE;
	}

	/** How many connections a heap has room for. */
	static int affordable(long heapBytes) {
		return (int) Math.min(Math.max(heapBytes / SHARE_OF_HEAP / CONNECTION_BYTES, 64), AT_MOST);
	}

	/**
	 * How many connections there may be.
	 * @return the bound
	 */
	public int max() {
		return this.max;
	}

	/**
	 * How many may follow the log live, so that others find a connection.
	 * @return half of the connections
	 */
	public int liveReaders() {
		return this.max / 2;
	}

	/**
	 * How many early appends may be held, so that others find a connection.
	 * @return a quarter of the connections
	 */
	public int heldAppends() {
		return this.max / 4;
	}

	/**
	 * From how many connections on each is closed behind its answer.
	 * @return three quarters of the connections
	 */
	public int crowd() {
		return this.max - this.max / 4;
	}

}
