package org.exactlyonce.gateway.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import org.apache.catalina.connector.Request;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Reads the rest of a refused body before its answer is sent, as Tomcat does in HTTP/1.1:
 * in HTTP/2 it resets the request behind the answer, and Java's client for one waits for
 * ever to send the rest.
 */
final class RestOfBody {

	private final Duration timeout;

	RestOfBody(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Reads on to the end, as far as {@code server.tomcat.max-swallow-size} and the time
	 * for a body go.
	 * @param request a request of HTTP/2 whose answer is not sent yet
	 */
	void read(Request request) {
		long left = (request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> http)
				? http.getMaxSwallowSize() : 0;
		if (request.getContentLengthLong() > left) {
			return;
		}
		long deadline = System.nanoTime() + this.timeout.toNanos();
		Passed passed = new Passed();
		try {
			while (left >= 0 && System.nanoTime() - deadline < 0) {
				int read = request.getCoyoteRequest().doRead(passed);
				if (read < 0) {
					return;
				}
				left -= read;
			}
		}
		catch (IOException ex) {
			// the client is gone, or was too slow
		}
	}

	/** Takes what is read. */
	private static final class Passed implements ApplicationBufferHandler {

		private ByteBuffer buffer = ByteBuffer.allocate(0);

		@Override
		public void setByteBuffer(ByteBuffer buffer) {
			this.buffer = buffer;
		}

		@Override
		public ByteBuffer getByteBuffer() {
			return this.buffer;
		}

		@Override
		public void expand(int size) {
			// never asked for: the buffer is the container's
		}

	}

}
