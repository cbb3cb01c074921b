package org.exactlyonce.gateway.read;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that follows a partition. Costs no thread: it is driven by the container
 * when the client takes more, and by the {@link DurableEnds} when there is more. Holds
 * one piece of the log at most.
 */
final class EventStream implements WriteListener, AsyncListener {

	private static final Logger log = LoggerFactory.getLogger(EventStream.class);

	private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

	private final EventStreams streams;

	private final AsyncContext context;

	private final ServletOutputStream out;

	private final PieceWriter writer;

	private final TopicPartition partition;

	private final ReentrantLock lock = new ReentrantLock();

	private long next;

	private long sinceNanos = System.nanoTime();

	private DurableEnds.@Nullable Waiter waiter;

	private volatile boolean finishing;

	private volatile boolean ended;

	/**
	 * Prepares a stream.
	 * @param streams where it belongs
	 * @param context the request, in asynchronous mode
	 * @param partition the partition
	 * @param offset the first record to send
	 * @throws IOException if the response has no body
	 */
	EventStream(EventStreams streams, AsyncContext context, TopicPartition partition, long offset) throws IOException {
		this.streams = streams;
		this.context = context;
		this.out = context.getResponse().getOutputStream();
		this.writer = new PieceWriter(this.out);
		this.partition = partition;
		this.next = offset;
	}

	void start() {
		this.context.setTimeout(0);
		this.context.addListener(this);
		this.out.setWriteListener(this);
	}

	@Override
	public void onWritePossible() {
		this.streams.execute(this::pump);
	}

	/** Sends what there is, as far as the client takes it. Any thread, one at a time. */
	void pump() {
		this.lock.lock();
		try {
			while (!this.ended && write()) {
				if (this.finishing) {
					end();
				}
				else if (fill()) {
					this.sinceNanos = System.nanoTime();
				}
				else {
					return;
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			log.debug("A stream of partition {} ends at offset {}", this.partition, this.next, ex);
			end();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Writes the piece at hand; false if the container will call when more goes out. */
	private boolean write() throws IOException {
		if (!this.writer.write()) {
			return false;
		}
		drop();
		return true;
	}

	private void drop() {
		this.streams.release(this.writer.drop());
	}

	/** Takes the next piece; false if it will be called when there is one. */
	private boolean fill() throws IOException {
		if (this.next >= this.streams.end(this.partition.id(), this.next)) {
			if (this.waiter == null) {
				this.waiter = this.streams.await(this.partition.id(), this.next, this::more, this::finish);
				this.streams.end(this.partition.id(), this.next); // it may be put back
																	// just then
			}
			return false;
		}
		if (!this.streams.reserve(this)) {
			return false;
		}
		EventStreams.Piece filled = this.streams.piece(this.partition, this.next);
		this.streams.reserved(filled.bytes().length);
		this.writer.begin(filled.bytes());
		this.next = filled.nextOffset();
		return true;
	}

	private void more() {
		this.lock.lock();
		try {
			this.waiter = null;
		}
		finally {
			this.lock.unlock();
		}
		pump();
	}

	/**
	 * Keeps a silent line open, and ends one whose client takes nothing.
	 * @param nowNanos the time on the monotonic clock
	 * @param idleNanos how long a line may be silent
	 * @param stalledNanos how long a client may take for one piece
	 */
	void tick(long nowNanos, long idleNanos, long stalledNanos) {
		if (!this.lock.tryLock()) {
			return; // it is being served
		}
		try {
			boolean sending = this.writer.isSending();
			long silent = nowNanos - this.sinceNanos;
			if (sending && silent > stalledNanos) {
				end();
			}
			else if (!sending && silent > idleNanos) {
				this.sinceNanos = nowNanos;
				this.streams.reserved(COMMENT.length);
				this.writer.begin(COMMENT);
				this.streams.execute(this::pump);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends the stream behind the piece at hand. */
	void finish() {
		this.finishing = true;
		this.streams.execute(this::pump);
	}

	boolean hasEnded() {
		return this.ended;
	}

	/** Ends the stream; the client comes back with the last id it has seen. */
	void end() {
		if (leave()) {
			complete();
		}
	}

	/** Gives back what it holds; false if that is done already. */
	private boolean leave() {
		this.lock.lock();
		try {
			if (this.ended) {
				return false;
			}
			this.ended = true;
			drop();
			if (this.waiter != null) {
				this.waiter.cancel();
			}
			this.streams.ended(this);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void complete() {
		try {
			this.context.complete();
		}
		catch (IllegalStateException ex) {
			log.debug("The container has ended the stream already", ex);
		}
	}

	/** The container calls the {@link AsyncListener} as well, which is to complete. */
	@Override
	public void onError(Throwable ex) {
		log.debug("A reader of partition {} is gone", this.partition, ex);
		leave();
	}

	@Override
	public void onError(AsyncEvent event) {
		leave();
		complete();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		leave();
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		end();
	}

	@Override
	public void onStartAsync(AsyncEvent event) { // is not started again
	}

}
