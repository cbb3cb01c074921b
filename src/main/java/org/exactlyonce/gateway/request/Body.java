package org.exactlyonce.gateway.request;

import java.util.Arrays;

/**
 * A request's body in memory. Its bytes count against
 * {@code gateway.request.max-buffered-bytes} until it is closed, which is when the
 * request is done; closing twice does no harm.
 */
public final class Body implements BodyMemory {

	private static final int FIRST_BUFFER = 8 * 1024;

	private static final int TRUSTED_BUFFER = 64 * 1024;

	private final BodyStream stream;

	private byte[] bytes;

	private Body(BodyStream stream, byte[] bytes) {
		this.stream = stream;
		this.bytes = bytes;
	}

	/** Reads a body to its end, and closes it if that fails. */
	static Body read(BodyStream stream) {
		try {
			return new Body(stream, readAll(stream));
		}
		catch (RuntimeException | Error ex) {
			stream.close();
			throw ex;
		}
	}

	private static byte[] readAll(BodyStream stream) {
		long announced = stream.announced();
		// what is only announced takes no memory: it may never come
		int size = (announced >= 0) ? (int) Math.min(announced, TRUSTED_BUFFER) : FIRST_BUFFER;
		stream.reserve(size);
		byte[] buffer = new byte[size];
		byte[] probe = new byte[1];
		int length = 0;
		while (true) {
			boolean full = length == buffer.length;
			int read = full ? stream.read(probe, 0, 1) : stream.read(buffer, length, buffer.length - length);
			if (read < 0) {
				return full ? buffer : Arrays.copyOf(buffer, length);
			}
			if (full && read > 0) {
				long more = Math.min(Math.max(buffer.length, FIRST_BUFFER), stream.left() + 1);
				stream.reserve(more);
				buffer = Arrays.copyOf(buffer, (int) (length + more));
				buffer[length] = probe[0];
			}
			length += read;
		}
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

	/**
	 * Tells whose body it is, which only the body itself could tell.
	 * @param principal its sender
	 * @throws org.exactlyonce.gateway.problem.ProblemException 429 if that has too much
	 * in memory already
	 */
	public void sentBy(String principal) {
		this.stream.sentBy(BufferedBytes.Sender.of(principal));
	}

	@Override
	public void reserve(long bytes) {
		this.stream.reserve(bytes);
	}

	@Override
	public void close() {
		this.stream.close();
	}

}
