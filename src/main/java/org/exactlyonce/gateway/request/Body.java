package org.exactlyonce.gateway.request;

/**
 * A request's body in memory. Its bytes count against {@code gateway.max-buffered-bytes}
 * until it is closed, which is when the request is answered; closing twice does no harm.
 */
public final class Body implements AutoCloseable {

	private final byte[] bytes;

	private final BufferedBytes budget;

	private long reserved;

	Body(byte[] bytes, BufferedBytes budget, long reserved) {
		this.bytes = bytes;
		this.budget = budget;
		this.reserved = reserved;
	}

	/**
	 * The body as it was sent.
	 * @return the bytes; empty if there was no body
	 */
	public byte[] bytes() {
		return this.bytes;
	}

	@Override
	public synchronized void close() {
		this.budget.release(this.reserved);
		this.reserved = 0;
	}

}
