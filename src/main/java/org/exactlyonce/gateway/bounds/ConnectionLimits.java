package org.exactlyonce.gateway.bounds;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.Ssl;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Bounds connections by the heap. Each has one request in progress at the most, which
 * costs the same whatever is in it: the container's buffers, and the objects that wait
 * for an answer. A request of HTTP/2 beside another of its connection counts as a
 * connection more. So the number of connections bounds requests in progress, held appends
 * and live readers too, and these have shares of it.
 */
@Component
public class ConnectionLimits {

	/**
	 * A connection with a request in progress, measured: 108 KB for an append that is
	 * held, of which 88 KB are the container's buffers.
	 */
	static final long CONNECTION_BYTES = 112 * 1024;

	/**
	 * The same over HTTP/2, where a request whose body has begun has two buffers of 64
	 * KiB: a window, which cannot be smaller, since clients send as much before they are
	 * told.
	 */
	static final long STREAM_BYTES = 176 * 1024;

	/** What connections may have of the heap. */
	private static final long SHARE_OF_HEAP = 4;

	/** The container's own default, which more heap does not raise. */
	private static final int AT_MOST = 8192;

	private final int max;

	@Autowired
	ConnectionLimits(Environment environment) {
		this(Binder.get(environment)
			.bind("server.tomcat.max-connections", Integer.class)
			.orElseGet(() -> affordable(Runtime.getRuntime().maxMemory(),
					hasHttp2(environment) ? STREAM_BYTES : CONNECTION_BYTES)));
	}

	private static boolean hasHttp2(Environment environment) {
		return Ssl.isEnabled(Binder.get(environment).bind("server.ssl", Ssl.class).orElse(null))
				&& environment.getProperty("server.http2.enabled", Boolean.class, false);
	}

	/**
	 * Sets the bound.
	 * @param max how many connections there may be; below 0 for any number
	 */
	public ConnectionLimits(int max) {
		this.max = (max >= 0) ? max : Integer.MAX_VALUE;
	}

	/** How many connections a heap has room for. */
	static int affordable(long heapBytes, long each) {
		return (int) Math.min(Math.max(heapBytes / SHARE_OF_HEAP / each, 64), AT_MOST);
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
