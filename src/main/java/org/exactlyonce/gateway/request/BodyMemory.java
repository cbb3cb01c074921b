package org.exactlyonce.gateway.request;

/**
 * What a request holds of {@code gateway.request.max-buffered-bytes}, until it is done.
 */
public interface BodyMemory extends AutoCloseable {

	/** Gives the memory back. Closing twice does no harm. */
	@Override
	void close();

}
