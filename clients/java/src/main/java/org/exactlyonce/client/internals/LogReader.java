package org.exactlyonce.client.internals;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;

/**
 * Reads a partition page by page.
 */
public final class LogReader implements RecordSource {

	private static final Duration PAUSE = Duration.ofMillis(100);

	/** The first time that the gateway takes. */
	private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");

	/** The last time that the gateway takes. */
	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

	private final Place place;

	private final Position from;

	private final long waitSeconds;

	private final int pageRecords;

	private final LogRequests requests;

	private final Deque<ReceivedRecord> page = new ArrayDeque<>();

	/** Where to go on; -1 while it is not known where to begin. */
	private long offset;

	/** Where the log has ended before; it ends there or later, unless it was put back. */
	private long end;

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
		this.offset = (from.kind() == Position.Kind.OFFSET) ? from.offset() : -1;
		this.waitSeconds = settings.preferWait().toSeconds();
		this.pageRecords = pageRecords;
		this.requests = new LogRequests(settings, gateways);
	}

	@Override
	public ReceivedRecord poll(Duration timeout) {
		long until = Nanos.now() + Nanos.of(timeout);
		boolean answered;
		try {
			do {
				answered = this.page.isEmpty() && (!isToBeginAtTheEnd() || findEnd(until)) && fetch(until);
			}
			// Behind an answer the next request is under way at once, whatever the time.
			while (this.page.isEmpty() && !this.requests.isClosed() && (answered || Nanos.now() < until));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.requests.isClosed() ? null : this.page.poll();
	}

	private boolean fetch(long until) throws InterruptedException {
		long asked = this.offset;
		boolean isTheEnd = asked >= this.end;
		RecordPage read = this.requests.get(this.place.path() + "/records?" + start() + "&limit=" + this.pageRecords,
				this.waitSeconds, until, (response) -> RecordPage.of(this.place, response.body()),
				(page) -> isTheEnd && page.nextOffset() == asked && page.logEndOffset() == asked);
		if (read != null) {
			check(read.logEndOffset());
			if (read.records().isEmpty() && this.requests.hasNotWaited(PAUSE)) {
				// Without room for one more that waits a gateway answers at once.
				this.requests.rest(PAUSE);
			}
			this.page.addAll(read.records());
			this.offset = read.nextOffset();
		}
		return read != null;
	}

	/** A word is looked up with the page itself: retention cannot come in between. */
	private String start() {
		if (this.offset >= 0) {
			return "offset=" + this.offset;
		}
		return (this.from.kind() == Position.Kind.TIME) ? "since=" + since(this.from.time()) : "offset=earliest";
	}

	/** The gateway cuts what is smaller than a millisecond off. */
	private static Instant since(Instant time) {
		if (time.isBefore(FIRST) || time.isAfter(LAST)) {
			return time.isBefore(FIRST) ? FIRST : LAST;
		}
		Instant millis = time.truncatedTo(ChronoUnit.MILLIS);
		return millis.isBefore(time) ? millis.plusMillis(1) : millis;
	}

	/** What the reader was told is still in the log, and so is what comes before it. */
	private void check(long logEndOffset) {
		long least = Math.max(this.end, this.offset);
		if (logEndOffset < least) {
			throw new LogMismatchException("The log of " + this.place + " ends at offset " + logEndOffset
					+ ", and had ended at " + least + " or later: it was put back, or the topic was deleted, or made"
					+ " again, or the offset is another log's.", null, null);
		}
		this.end = logEndOffset;
	}

	private boolean isToBeginAtTheEnd() {
		return this.offset < 0 && this.from.kind() == Position.Kind.LATEST;
	}

	private boolean findEnd(long until) throws InterruptedException {
		Long found = this.requests.get(this.place.path(), until,
				(response) -> (Answer.of(response).body().get("logEndOffset") instanceof Long known) ? known : null);
		if (found != null) {
			this.offset = found;
		}
		return found != null;
	}

	LogRequests requests() {
		return this.requests;
	}

	@Override
	public void close() {
		this.requests.close();
	}

}
