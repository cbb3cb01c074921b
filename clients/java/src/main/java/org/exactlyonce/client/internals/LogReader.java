package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.exactlyonce.client.NotTrustedException;
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.Transport;

/**
 * Reads a partition page by page.
 */
public final class LogReader {

	private static final long BACKOFF_NANOS = 100_000_000;

	private final ReaderSettings settings;

	private final Place place;

	private final Position from;

	private final Gateways gateways;

	private final Deque<ReceivedRecord> page = new ArrayDeque<>();

	/** Where to go on; -1 while it is not known where to begin. */
	private long offset = -1;

	/** The position is not below it. */
	private long low;

	/** The position is not above it; -1 while the ends of the log are not known. */
	private long high = -1;

	/** The request under way; it stays so when a poll's time is over. */
	private volatile Gateways.Call call;

	private String path;

	private final CountDownLatch closed = new CountDownLatch(1);

	/**
	 * Makes a reader.
	 * @param settings how it works
	 * @param topic the topic
	 * @param partition the partition
	 * @param from where to begin
	 */
	public LogReader(ReaderSettings settings, String topic, int partition, Position from) {
		Place.check(topic);
		this.settings = settings;
		this.place = new Place(topic, partition);
		this.from = from;
		this.gateways = new Gateways(settings.urls(), settings.token(), settings.sslContext(), settings.transport());
	}

	/**
	 * Waits for a record.
	 * @param timeout how long
	 * @return the record; null if there was none
	 */
	public ReceivedRecord poll(Duration timeout) {
		long until = Nanos.now() + Nanos.of(timeout);
		try {
			do {
				if (this.offset < 0) {
					this.offset = start(until);
				}
				if (this.page.isEmpty() && this.offset >= 0) {
					fetch(until);
				}
			}
			while (this.page.isEmpty() && !isClosed() && Nanos.now() < until);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return isClosed() ? null : this.page.poll();
	}

	private void fetch(long until) throws InterruptedException {
		RecordPage read = page(this.offset, this.settings.pageRecords(), this.settings.preferWait().toSeconds(), until);
		if (read != null) {
			this.page.addAll(read.records());
			this.offset = read.nextOffset();
		}
	}

	private RecordPage page(long offset, int limit, long waitSeconds, long until) throws InterruptedException {
		Transport.Response response = get("/records?offset=" + offset + "&limit=" + limit, waitSeconds, until);
		return (response != null) ? RecordPage.of(this.place, response.body()) : null;
	}

	private long start(long until) throws InterruptedException {
		if (this.from.kind() == Position.Kind.OFFSET) {
			return this.from.offset();
		}
		if (this.high < 0 && !findEnds(until)) {
			return -1;
		}
		return switch (this.from.kind()) {
			case EARLIEST -> this.low;
			case LATEST -> this.high;
			default -> search(until);
		};
	}

	private boolean findEnds(long until) throws InterruptedException {
		Transport.Response response = get("", 0, until);
		if (response == null) {
			return false;
		}
		Answer ends = Answer.of(response);
		this.low = ends.number("logStartOffset");
		this.high = ends.number("logEndOffset");
		return true;
	}

	/** Goes on where the last poll's time was over. */
	private long search(long until) throws InterruptedException {
		while (this.low < this.high) {
			long middle = (this.low + this.high) >>> 1;
			RecordPage read = page(middle, 1, 0, until);
			if (read == null) {
				return -1;
			}
			if (read.records().isEmpty() || !read.records().get(0).appendedAt().isBefore(this.from.time())) {
				this.high = middle;
			}
			else {
				this.low = middle + 1;
			}
		}
		return this.low;
	}

	/**
	 * Asks until there is an answer.
	 * @param path behind the partition
	 * @param waitSeconds how long the gateway shall wait
	 * @param until when to give up
	 * @return the answer, a 200; null if there was none in time
	 */
	private Transport.Response get(String path, long waitSeconds, long until) throws InterruptedException {
		long pause = BACKOFF_NANOS;
		do {
			Gateways.Call asked = ask(path, waitSeconds);
			Duration retryAfter = Duration.ZERO;
			try {
				Transport.Response response = asked.response()
					.get(Math.max(1, until - Nanos.now()), TimeUnit.NANOSECONDS);
				this.call = null;
				if (response.status() == 200) {
					return response;
				}
				Answer answer = Answer.of(response);
				if (!answer.isTransient() && !(answer.status() == 401 && this.gateways.hasFreshToken(asked))) {
					throw answer.refusal();
				}
				retryAfter = answer.retryAfter();
			}
			catch (ExecutionException | CancellationException ex) {
				// Not answered: asked again, or closed.
				this.call = null;
				if (ex.getCause() instanceof NotTrustedException untrusted) {
					throw untrusted;
				}
			}
			catch (TimeoutException ex) {
				return null;
			}
			long wait = this.gateways.failed(asked, retryAfter).toNanos();
			this.closed.await(Math.min(until - Nanos.now(), Math.max(wait, pause)), TimeUnit.NANOSECONDS);
			pause = Math.min(2 * pause, 10 * BACKOFF_NANOS);
		}
		while (!isClosed() && Nanos.now() < until);
		return null;
	}

	private Gateways.Call ask(String path, long waitSeconds) {
		if (this.call == null || !path.equals(this.path)) {
			Map<String, String> headers = (waitSeconds > 0) ? Map.of("Prefer", "wait=" + waitSeconds) : Map.of();
			Duration timeout = this.settings.requestTimeout().plusSeconds(waitSeconds);
			this.path = path;
			this.call = this.gateways.call("GET", this.place.path() + path, headers, null, timeout);
		}
		if (isClosed()) {
			this.call.response().cancel(true);
		}
		return this.call;
	}

	private boolean isClosed() {
		return this.closed.getCount() == 0;
	}

	/** Ends the reading, whoever waits. */
	public void close() {
		this.closed.countDown();
		Gateways.Call last = this.call;
		if (last != null) {
			last.response().cancel(true);
		}
	}

}
