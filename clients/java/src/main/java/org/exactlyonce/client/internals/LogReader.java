package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.NotAuthorizedException;
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.RefusedException;
import org.exactlyonce.client.Transport;
import org.exactlyonce.client.UnknownPartitionException;

/**
 * Reads a partition page by page.
 */
public final class LogReader {

	private static final long BACKOFF_NANOS = 100_000_000;

	private final ReaderSettings settings;

	private final int partition;

	private final Position from;

	private final Gateways gateways;

	private final Deque<ReceivedRecord> page = new ArrayDeque<>();

	private long offset = -1;

	private volatile Gateways.Call call;

	private volatile boolean closed;

	/**
	 * Makes a reader.
	 * @param settings how it works
	 * @param partition the partition
	 * @param from where to begin
	 */
	public LogReader(ReaderSettings settings, int partition, Position from) {
		this.settings = settings;
		this.partition = partition;
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
			while (this.page.isEmpty() && !this.closed && Nanos.now() < until);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.closed ? null : this.page.poll();
	}

	private void fetch(long until) throws InterruptedException {
		long seconds = Math.min(this.settings.preferWait().toSeconds(), (until - Nanos.now()) / 1_000_000_000);
		RecordPage read = page(this.offset, this.settings.pageRecords(), seconds, until);
		if (read != null) {
			this.page.addAll(read.records());
			this.offset = read.nextOffset();
		}
	}

	private RecordPage page(long offset, int limit, long waitSeconds, long until) throws InterruptedException {
		Transport.Response response = get("/records?offset=" + offset + "&limit=" + limit, waitSeconds, until);
		return (response != null) ? RecordPage.of(this.partition, response.body()) : null;
	}

	private long start(long until) throws InterruptedException {
		if (this.from.kind() == Position.Kind.OFFSET) {
			return this.from.offset();
		}
		Transport.Response response = get("", 0, until);
		if (response == null) {
			return -1;
		}
		Answer ends = Answer.of(response);
		return switch (this.from.kind()) {
			case EARLIEST -> ends.number("logStartOffset");
			case LATEST -> ends.number("logEndOffset");
			default -> search(ends.number("logStartOffset"), ends.number("logEndOffset"), until);
		};
	}

	private long search(long start, long end, long until) throws InterruptedException {
		long low = start;
		long high = end;
		while (low < high) {
			long middle = (low + high) >>> 1;
			RecordPage read = page(middle, 1, 0, until);
			if (read == null) {
				return -1;
			}
			if (read.records().isEmpty() || !read.records().get(0).appendedAt().isBefore(this.from.time())) {
				high = middle;
			}
			else {
				low = middle + 1;
			}
		}
		return low;
	}

	/**
	 * Asks until there is an answer.
	 * @param path behind the partition
	 * @param waitSeconds how long the gateway shall wait
	 * @param until when to give up
	 * @return the answer, a 200; null if there was none in time
	 */
	private Transport.Response get(String path, long waitSeconds, long until) throws InterruptedException {
		Map<String, String> headers = (waitSeconds > 0) ? Map.of("Prefer", "wait=" + waitSeconds) : Map.of();
		long pause = BACKOFF_NANOS;
		do {
			Duration timeout = this.settings.requestTimeout().plusSeconds(waitSeconds);
			this.call = this.gateways.call("GET", "partitions/" + this.partition + path, headers, null, timeout);
			long retryAfter = 0;
			try {
				if (this.closed) {
					return null;
				}
				Transport.Response response = this.call.response()
					.get(Math.max(1, until - Nanos.now()), TimeUnit.NANOSECONDS);
				Answer answer = (response.status() != 200) ? Answer.of(response) : null;
				if (answer == null) {
					return response;
				}
				if (!answer.isTransient() && !(answer.status() == 401 && this.gateways.hasFreshToken(this.call))) {
					throw refused(answer);
				}
				retryAfter = answer.retryAfter().toNanos();
			}
			catch (ExecutionException | CancellationException ex) {
				// Not answered: asked again, or closed.
			}
			catch (java.util.concurrent.TimeoutException ex) {
				this.call.response().cancel(true);
				return null;
			}
			this.gateways.failed(this.call);
			TimeUnit.NANOSECONDS.sleep(Math.min(until - Nanos.now(), Math.max(retryAfter, pause)));
			pause = Math.min(2 * pause, 10 * BACKOFF_NANOS);
		}
		while (!this.closed && Nanos.now() < until);
		return null;
	}

	private static GatewayException refused(Answer answer) {
		if (answer.status() == 401 || answer.status() == 403) {
			return new NotAuthorizedException(answer.message(), answer.problem(), null);
		}
		return "UNKNOWN_PARTITION".equals(answer.code())
				? new UnknownPartitionException(answer.message(), answer.problem(), null)
				: new RefusedException(answer.message(), answer.problem(), null);
	}

	/** Ends the reading, whoever waits. */
	public void close() {
		this.closed = true;
		Gateways.Call last = this.call;
		if (last != null) {
			last.response().cancel(true);
		}
	}

}
