package org.exactlyonce.gateway.request;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * A body as it arrives, bounded in size and in time. What its reader keeps of it counts
 * against {@code gateway.request.max-buffered-bytes} until it is closed, which is when
 * the request is done; closing twice does no harm. Read by one thread, closed by any.
 */
final class BodyStream implements BodyMemory {

	private final RequestProperties properties;

	private final BufferedBytes budget;

	private final HttpServletRequest request;

	private final long reportedMaxBytes;

	private final long announced;

	private final long deadline;

	private @Nullable InputStream in;

	private Runnable beforeFirst = () -> {
	};

	private long length;

	private BufferedBytes.Sender sender;

	private long reserved;

	/**
	 * Opens a body.
	 * @param request the request, its body unread
	 * @param reportedMaxBytes the limit that a 413 names, which may be less than what is
	 * read
	 * @param properties the bounds
	 * @param budget the memory of all bodies together
	 * @param sender who has a share of it
	 * @throws ProblemException 413 if the announced size is over the limit
	 */
	BodyStream(HttpServletRequest request, long reportedMaxBytes, RequestProperties properties, BufferedBytes budget,
			BufferedBytes.Sender sender) {
		this.request = request;
		this.reportedMaxBytes = reportedMaxBytes;
		this.properties = properties;
		this.budget = budget;
		this.sender = sender;
		this.announced = request.getContentLengthLong();
		this.deadline = System.nanoTime() + properties.bodyTimeout().toNanos();
		if (this.announced > max()) {
			throw tooLarge(this.announced);
		}
	}

	private long max() {
		return this.properties.maxBytes().toBytes();
	}

	/**
	 * Has a look at the request once a byte has come: a body that was not announced may
	 * be none.
	 * @param check throws what the body is to be refused with
	 */
	void beforeFirst(Runnable check) {
		this.beforeFirst = check;
	}

	/** The size that was announced, or −1. */
	long announced() {
		return this.announced;
	}

	/** How many bytes may still come. */
	long left() {
		return ((this.announced >= 0) ? this.announced : max() + 1) - this.length;
	}

	/**
	 * Reads what there is, at least one byte.
	 * @param into where to put it
	 * @param from the first index
	 * @param most how many bytes at the most, at least 1
	 * @return how many bytes were read, or −1 at the end
	 * @throws ProblemException 400 if the body ends early, 408 if it is slow, 413
	 */
	int read(byte[] into, int from, int most) {
		int read = 0;
		try {
			if (this.in == null) {
				this.in = this.request.getInputStream();
			}
			read = this.in.read(into, from, most);
		}
		catch (SocketTimeoutException ex) {
			throw tooSlow();
		}
		catch (IOException ex) {
			throw cutShort();
		}
		if (read < 0) {
			if (this.length < this.announced) {
				throw cutShort();
			}
			return read;
		}
		if (this.length == 0 && read > 0) {
			this.beforeFirst.run();
		}
		this.length += read;
		if (this.length > max()) {
			throw tooLarge(this.length);
		}
		if (this.length != this.announced && System.nanoTime() - this.deadline > 0) {
			throw tooSlow();
		}
		return read;
	}

	/**
	 * Tells whose body it is, once that is known.
	 * @param known its sender
	 * @throws ProblemException 429 if that has too much already
	 */
	synchronized void sentBy(BufferedBytes.Sender known) {
		this.budget.move(this.sender, known, this.reserved);
		this.sender = known;
	}

	@Override
	public synchronized void reserve(long bytes) {
		this.budget.reserve(this.sender, bytes);
		this.reserved += bytes;
	}

	@Override
	public synchronized void close() {
		this.budget.release(this.sender, this.reserved);
		this.reserved = 0;
	}

	private ProblemException tooLarge(long bytes) {
		String values = (this.reportedMaxBytes < max()) ? " and its values " + this.reportedMaxBytes : "";
		return Problem
			.of(ProblemType.RECORD_BATCH_TOO_LARGE,
					"The body has " + bytes + " bytes or more; a request may have " + max() + values + ".")
			.with("maxBytes", Math.min(max(), this.reportedMaxBytes))
			.toException();
	}

	private ProblemException tooSlow() {
		Problem problem = Problem.of(ProblemType.REQUEST_TIMEOUT,
				"The body did not arrive within " + this.properties.bodyTimeout().toMillis() + " ms.");
		// HTTP/2 has no such header
		boolean closes = this.request.getProtocol().startsWith("HTTP/1.");
		return (closes ? problem.header("Connection", "close") : problem).toException();
	}

	private static ProblemException cutShort() {
		return Problem.of(ProblemType.INVALID_REQUEST, "The body ended before it was complete.").toException();
	}

}
