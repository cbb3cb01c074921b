package org.exactlyonce.gateway.request;

/**
 * A request's body in memory. Its bytes count against {@code gateway.max-buffered-bytes}
 * until it is closed, which is when the request is answered; closing twice does no harm.
 */
public final class Body implements AutoCloseable {

	private byte[] bytes;

	private final BufferedBytes budget;

	private long reserved;

	Body(byte[] bytes, BufferedBytes budget, long reserved) {
		this.bytes = bytes;
		this.budget = budget;
		this.reserved = reserved;
	}

	/**
	 * Hands over the body as it was sent, once, so that it can be collected while its
	 * request waits for the commit.
	 * @return the bytes; empty if there was no body
	 */
	public byte[] take() {
		byte[] taken = this.bytes;
		this.bytes = new byte[0];
		return taken;
	}

	@Override
	public synchronized void close() {
		this.budget.release(this.reserved);
		this.reserved = 0;
	}

}
