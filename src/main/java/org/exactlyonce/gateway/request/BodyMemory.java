package org.exactlyonce.gateway.request;

/**
 * The share of {@code gateway.request.max-buffered-bytes} that a request holds until it
 * is done.
 */
public interface BodyMemory extends AutoCloseable {

	/** Gives the memory back. Closing twice does no harm. */
	@Override
	void close();

}
