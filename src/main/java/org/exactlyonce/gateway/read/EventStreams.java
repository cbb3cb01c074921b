package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.exactlyonce.gateway.topic.TopicPartition;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

/**
 * The part that all event streams share: the log in pieces, memory, and a pulse. Streams
 * that wait for the same records share their bytes. Stops before the web server does, so
 * that every stream ends between two events.
 */
@Component
class EventStreams implements SmartLifecycle {

	private static final int PIECE_RECORDS = 4000;

	private static final int PIECE_BYTES = 256 * 1024;

	private static final Duration IDLE = Duration.ofSeconds(15);

	/** How long a client may take for the last piece when the gateway stops. */
	private static final Duration LAST_PIECE = Duration.ofSeconds(2);

	private final LogReader reader;

	private final DurableEnds ends;

	private final LiveReaders readers;

	private final ReadLimits limits;

	private final LiveProperties properties;

	/** Each with what is to be done at its end. */
	private final Map<EventStream, Runnable> open = new ConcurrentHashMap<>();

	private final StreamPermits permits = new StreamPermits();

	private final Map<Integer, WeakReference<Piece>> latest = new ConcurrentHashMap<>();

	private final AtomicLong held = new AtomicLong();

	private final Queue<EventStream> crowdedOut = new ConcurrentLinkedQueue<>();

	private final Periodic pulse = new Periodic("event-streams", Duration.ofSeconds(1),
			new RepeatedTask("The pulse of event streams", this::tick));

	private volatile boolean running;

	EventStreams(LogReader reader, DurableEnds ends, LiveReaders readers, ReadLimits limits,
			LiveProperties properties) {
		this.reader = reader;
		this.ends = ends;
		this.readers = readers;
		this.limits = limits;
		this.properties = properties;
	}

	/**
	 * Begins a stream; whatever happens from now on, it leaves by itself.
	 * @param stream the stream
	 * @param permitted asked every second; the stream ends once it is false
	 * @param leave run once, when the stream has ended
	 */
	void begin(EventStream stream, BooleanSupplier permitted, Runnable leave) {
		this.open.put(stream, leave);
		this.permits.add(stream, permitted);
		try {
			stream.start();
		}
		catch (RuntimeException ex) {
			stream.end();
			throw ex;
		}
		if (!isRunning()) {
			stream.finish();
		}
	}

	void ended(EventStream stream) {
		this.permits.remove(stream);
		Runnable leave = this.open.remove(stream);
		if (leave != null) {
			leave.run();
		}
		wakeNext(); // it may have taken the only call there was
	}

	void execute(Runnable work) {
		this.ends.workers().execute(work);
	}

	/** The end, for a stream that has sent what is before an offset, or begins there. */
	long end(int partition, long next) {
		long end = this.ends.end(partition);
		if (next > end) {
			throw new IllegalStateException("The log was put back to " + end);
		}
		return end;
	}

	DurableEnds.Waiter await(int partition, long offset, Runnable more, Runnable gone) {
		return this.ends.await(partition, offset, more, gone);
	}

	/**
	 * Asks for room for one more piece.
	 * @param stream the stream that asks
	 * @return false if there is none; the stream is called when there is
	 */
	boolean reserve(EventStream stream) {
		if (hasRoom()) {
			return true;
		}
		if (!this.crowdedOut.contains(stream)) {
			this.crowdedOut.add(stream);
		}
		if (!hasRoom()) {
			return false;
		}
		// it came before this one was in the queue
		if (!this.crowdedOut.remove(stream)) {
			wakeNext();
		}
		return true;
	}

	private boolean hasRoom() {
		return this.held.get() < this.properties.maxBytes().toBytes();
	}

	void reserved(int bytes) {
		this.held.addAndGet(bytes);
	}

	void release(int bytes) {
		if (bytes > 0) {
			this.held.addAndGet(-bytes);
			wakeNext();
		}
	}

	private void wakeNext() {
		EventStream waiting = this.crowdedOut.poll();
		while (waiting != null && waiting.hasEnded()) {
			waiting = this.crowdedOut.poll();
		}
		if (waiting != null) {
			execute(waiting::pump);
		}
	}

	/**
	 * The log from an offset on.
	 * @param partition the partition
	 * @param offset a durable record's offset
	 * @return one event at least
	 */
	Piece piece(TopicPartition partition, long offset) throws IOException {
		WeakReference<Piece> reference = this.latest.get(partition.id());
		Piece known = (reference != null) ? reference.get() : null;
		int putBacks = this.ends.putBacks();
		if (known != null && known.offset() == offset && known.putBacks() == putBacks) {
			return known;
		}
		try (PageMemory memory = this.limits.memory()) {
			LogReader.Page page = this.reader.readDurable(partition.id(), offset, PIECE_RECORDS, PIECE_BYTES, memory);
			if (page.records().isEmpty()) {
				// the stream ends
				throw new IllegalStateException("Record " + offset + " is deleted");
			}
			Piece piece = new Piece(offset, EventWriter.write(partition.topic(), page), page.nextOffset(), putBacks);
			if (piece.nextOffset() == page.logEndOffset()) {
				this.latest.put(partition.id(), new WeakReference<>(piece));
			}
			return piece;
		}
	}

	@Override
	public void start() {
		synchronized (this.pulse) {
			this.running = true;
			this.pulse.start();
		}
		this.permits.start();
		this.readers.open();
	}

	private void tick() {
		long now = System.nanoTime();
		long stalled = (this.running ? this.properties.readerTimeout() : LAST_PIECE).toNanos();
		this.open.keySet().forEach((stream) -> stream.tick(now, IDLE.toNanos(), stalled));
		synchronized (this.pulse) {
			if (!this.running && this.open.isEmpty()) {
				this.pulse.stop();
			}
		}
	}

	@Override
	public void stop() {
		this.running = false;
		this.permits.stop();
		this.open.keySet().forEach(EventStream::finish);
		this.readers.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Consecutive records as events. Never changed, so streams share it.
	 *
	 * @param offset the first record's offset
	 * @param bytes the events
	 * @param nextOffset the offset behind the last record
	 * @param putBacks of all logs, before it was read
	 */
	record Piece(long offset, byte[] bytes, long nextOffset, int putBacks) {
	}

}
