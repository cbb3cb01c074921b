package org.exactlyonce.gateway.request;

/**
 * The share of {@code gateway.request.max-buffered-bytes} that a request holds until it
 * is done.
 */
public interface BodyMemory extends AutoCloseable {

	/**
	 * Holds more, for what was made of the body.
	 * @param bytes how many
	 * @throws org.exactlyonce.gateway.problem.ProblemException 429 if there is too little
	 */
	void reserve(long bytes);

	/** Gives the memory back. Closing twice does no harm. */
	@Override
	void close();

}
