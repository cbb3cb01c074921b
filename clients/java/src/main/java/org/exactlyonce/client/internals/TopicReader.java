package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

import org.exactlyonce.client.Position;
import org.exactlyonce.client.ReaderSettings;
import org.exactlyonce.client.ReceivedRecord;
import org.exactlyonce.client.UnknownPartitionException;

/**
 * Reads all partitions of a topic, those too that it gets meanwhile: a {@link LogReader}
 * for each, with a request under way, in turns by page. There is no thread behind it.
 */
public final class TopicReader implements RecordSource {

	/** No partition asks for fewer records at once, however many share a page. */
	private static final int LEAST_PAGE = 10;

	private final ReaderSettings settings;

	private final String topic;

	/** Where the partitions begin that there are at first. */
	private final IntFunction<Position> from;

	/** How many partitions there have to be. */
	private final int least;

	private final Gateways gateways;

	/** By partition. */
	private final List<LogReader> readers = new CopyOnWriteArrayList<>();

	private final Source partitions;

	/** Those that have an answer, or may ask again. */
	private final BlockingQueue<Source> ready = new LinkedBlockingQueue<>();

	/** Whose turn it is; null: of the next that is ready. */
	private Source current;

	private TopicReader(ReaderSettings settings, String topic, IntFunction<Position> from, int least) {
		Place.check(topic);
		this.settings = settings;
		this.topic = topic;
		this.from = from;
		this.least = least;
		this.gateways = Gateways.of(settings);
		LogRequests requests = new LogRequests(settings, this.gateways);
		this.partitions = new Source(requests, () -> {
			grow(requests);
			return null;
		});
		this.current = this.partitions;
	}

	/**
	 * Makes a reader.
	 * @param settings how it works
	 * @param topic the topic
	 * @param from where to begin in each partition that there is at first
	 */
	public TopicReader(ReaderSettings settings, String topic, Position from) {
		this(settings, topic, (partition) -> from, 0);
	}

	/**
	 * Makes a reader.
	 * @param settings how it works
	 * @param topic the topic
	 * @param offsets where to begin; a partition that it has not begins at its start
	 */
	public TopicReader(ReaderSettings settings, String topic, Map<Integer, Long> offsets) {
		this(settings, topic,
				(partition) -> offsets.containsKey(partition) ? Position.offset(offsets.get(partition))
						: Position.earliest(),
				offsets.keySet().stream().mapToInt((partition) -> partition + 1).max().orElse(0));
	}

	@Override
	public ReceivedRecord poll(Duration timeout) {
		long until = Nanos.now() + Nanos.of(timeout);
		ReceivedRecord next = null;
		// Without a time each of them has its turn all the same.
		int visits = 0;
		try {
			do {
				if (this.current == null) {
					this.current = this.ready.poll(Math.max(0, until - Nanos.now()), TimeUnit.NANOSECONDS);
				}
				if (this.current != null) {
					next = this.current.next.get();
				}
				if (this.current != null && next == null) {
					this.current.whenReady(this.ready::add);
					this.current = null;
				}
			}
			while (next == null && !isClosed() && (Nanos.now() < until || visits++ < this.readers.size()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return isClosed() ? null : next;
	}

	/** Begins to read partitions that are new. */
	private void grow(LogRequests requests) {
		List<?> partitions = get(requests);
		if (partitions == null) {
			return;
		}
		// Who may not see the topic is shown none, and the first says why.
		int count = Math.max(1, partitions.size());
		if (count < this.least) {
			throw new UnknownPartitionException(
					"There is no " + new Place(this.topic, this.least - 1) + ", but " + count + " from 0 on.", null,
					null);
		}
		boolean first = this.readers.isEmpty();
		int pageRecords = Math.max(Math.min(LEAST_PAGE, this.settings.pageRecords()),
				this.settings.pageRecords() / count);
		for (int partition = this.readers.size(); partition < count; partition++) {
			LogReader reader = new LogReader(this.settings, this.gateways, new Place(this.topic, partition),
					first ? start(partition, partitions) : Position.earliest(), pageRecords);
			this.readers.add(reader);
			this.ready.add(new Source(reader.requests(), () -> reader.poll(Duration.ZERO)));
			if (isClosed()) {
				reader.close();
			}
		}
		requests.rest(this.settings.metadataMaxAge());
	}

	/** The latest is what it was when the reading began, for all of them. */
	private Position start(int partition, List<?> partitions) {
		Position start = this.from.apply(partition);
		boolean known = start.kind() == Position.Kind.LATEST && partition < partitions.size();
		return (known && partitions.get(partition) instanceof Map<?, ?> bounds
				&& bounds.get("logEndOffset") instanceof Long end) ? Position.offset(end) : start;
	}

	private List<?> get(LogRequests requests) {
		try {
			return requests.get(Place.partitionsPath(this.topic), Nanos.now(),
					(response) -> Answer.of(response).body().get("partitions") instanceof List<?> list ? list : null);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

	private boolean isClosed() {
		return this.partitions.requests.isClosed();
	}

	@Override
	public void close() {
		this.partitions.requests.close();
		this.readers.forEach(LogReader::close);
		// Wakes who waits.
		this.ready.add(this.partitions);
	}

	/**
	 * What may have a record.
	 *
	 * @param requests its requests
	 * @param next takes the next record without waiting; null if there is none yet
	 */
	private record Source(LogRequests requests, Supplier<ReceivedRecord> next) {

		/**
		 * Has it looked at again when its request is answered, or it may ask again.
		 * @param again takes it then
		 */
		void whenReady(Consumer<Source> again) {
			this.requests.ready().whenComplete((response, failure) -> again.accept(this));
		}

	}

}
