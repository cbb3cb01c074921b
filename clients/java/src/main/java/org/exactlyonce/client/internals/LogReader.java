package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.Transport;

/**
 * Reads a partition page by page.
 */
public final class LogReader implements RecordSource {

	private static final Duration PAUSE = Duration.ofMillis(100);

	private final Place place;

	private final Position from;

	private final long waitSeconds;

	private final int pageRecords;

	private final LogRequests requests;

	private final Deque<ReceivedRecord> page = new ArrayDeque<>();

	/** Where to go on; -1 while it is not known where to begin. */
	private long offset = -1;

	/** The position is not below it. */
	private long low;

	/** The position is not above it; -1 while the ends of the log are not known. */
	private long high = -1;

	/**
	 * Makes a reader.
	 * @param settings how it works
	 * @param topic the topic
	 * @param partition the partition
	 * @param from where to begin
	 */
	public LogReader(ReaderSettings settings, String topic, int partition, Position from) {
		this(settings, Gateways.of(settings), new Place(topic, partition), from, settings.pageRecords());
	}

	LogReader(ReaderSettings settings, Gateways gateways, Place place, Position from, int pageRecords) {
		Place.check(place.topic());
		this.place = place;
		this.from = from;
		this.waitSeconds = settings.preferWait().toSeconds();
		this.pageRecords = pageRecords;
		this.requests = new LogRequests(settings, gateways);
	}

	@Override
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
			while (this.page.isEmpty() && !this.requests.isClosed() && Nanos.now() < until);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.requests.isClosed() ? null : this.page.poll();
	}

	private void fetch(long until) throws InterruptedException {
		RecordPage read = page(this.offset, this.pageRecords, this.waitSeconds, until);
		if (read != null) {
			if (read.records().isEmpty() && Nanos.now() - this.requests.askedAt() < Nanos.of(PAUSE)) {
				// Without room for one more that waits a gateway answers at once.
				this.requests.rest(PAUSE);
			}
			this.page.addAll(read.records());
			this.offset = read.nextOffset();
		}
	}

	private RecordPage page(long offset, int limit, long waitSeconds, long until) throws InterruptedException {
		Transport.Response response = this.requests
			.get(this.place.path() + "/records?offset=" + offset + "&limit=" + limit, waitSeconds, until);
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
		Transport.Response response = this.requests.get(this.place.path(), 0, until);
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

	LogRequests requests() {
		return this.requests;
	}

	@Override
	public void close() {
		this.requests.close();
	}

}
