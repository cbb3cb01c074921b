package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerListener;
import org.exactlyonce.client.ProducerSettings;

/**
 * The producer's thread: drives the {@link PartitionWriter}s by what callers send, what
 * the gateway answers and what the clock says. All but {@link #add}, {@link #flush},
 * {@link #close} and the volatile fields belong to it alone.
 */
final class SenderLoop implements Runnable {

	private static final long BUSY_NANOS = 1_000_000;

	private static final System.Logger logger = System.getLogger(SenderLoop.class.getName());

	private final WriterLimits limits;

	private final Buffer buffer;

	private final Flushes flushes = new Flushes();

	private final Reporter reporter;

	private final Requests requests;

	private final Handshake handshake;

	/** Null if there is none. */
	private final Outbox outbox;

	private final Writers writers;

	private final Inbox inbox;

	private final Lifecycle lifecycle;

	private final Closing closing;

	/** Why nothing is taken; null if it is. */
	private volatile GatewayException refusal;

	private volatile boolean terminated;

	/** Whether the thread is to end. */
	private boolean done;

	/** Whether the producer has failed by itself. */
	private boolean failed;

	/** Whether records came in this round. */
	private boolean drained;

	SenderLoop(ProducerSettings settings, Gateways gateways, Buffer buffer, Outbox outbox, PartitionCounts counts) {
		this.limits = WriterLimits.of(settings);
		this.buffer = buffer;
		this.outbox = outbox;
		this.inbox = new Inbox(this.limits);
		this.writers = new Writers(this.limits);
		this.closing = new Closing(this.limits.deliveryTimeout());
		ProducerListener listener = new GuardedListener(settings.listener());
		this.reporter = new Reporter(buffer, this.flushes, listener);
		this.lifecycle = new Lifecycle(this.writers, outbox, listener);
		this.handshake = new Handshake(settings, gateways, this.inbox, this.lifecycle);
		this.requests = new Requests(settings, listener, gateways, this.inbox, this.handshake, this.lifecycle, outbox,
				counts);
	}

	/**
	 * Takes a record from a caller. Its room in the buffer is taken already.
	 * @param pending the record
	 * @return false if the thread has ended
	 */
	boolean add(PendingRecord pending) {
		this.inbox.add(pending);
		return !(this.terminated && this.inbox.remove(pending));
	}

	Inbox inbox() {
		return this.inbox;
	}

	/** Why records are not taken at the moment; null if they are. */
	GatewayException refusal() {
		return this.refusal;
	}

	CompletableFuture<Void> flush() {
		CompletableFuture<Void> flushed = new CompletableFuture<>();
		this.inbox.execute(() -> {
			drain();
			this.flushes.add(flushed);
		});
		return this.terminated ? this.flushes.ended() : flushed;
	}

	/**
	 * Ends the thread.
	 * @param timeout how long it may take
	 */
	void close(Duration timeout) {
		long now = Nanos.now();
		this.inbox.execute(() -> this.closing.within(now, Nanos.of(timeout)));
	}

	@Override
	public void run() {
		try {
			this.inbox.open();
			while (!this.done) {
				round();
				sleep();
			}
		}
		finally {
			terminate();
		}
	}

	private void round() {
		try {
			drain();
			this.inbox.runEvents();
			step(Nanos.now());
		}
		catch (Throwable ex) {
			// A full disk, or a defect: no future is to wait for ever.
			logger.log(System.Logger.Level.ERROR, "The producer has failed", ex);
			this.done |= this.failed;
			this.failed = true;
			// The outcomes are told in the next round, which nobody else may bring about.
			this.drained = true;
			this.lifecycle.ended(new GatewayException("The producer has failed: " + ex, null, ex), Nanos.now());
		}
	}

	private void drain() {
		this.drained = false;
		this.inbox.takeRecords((each) -> {
			this.drained = true;
			PartitionWriter writer = this.writers.get(each.place, this.handshake.identity());
			writer.add(each);
			this.flushes.taken(each.place);
			if (this.lifecycle.ending() != null) {
				writer.end(this.lifecycle.ending(), Nanos.now());
			}
		});
	}

	private void step(long now) {
		this.lifecycle.failMissing(now);
		GatewayException ending = this.lifecycle.ending();
		if (this.closing.ends(now) && ending == null) {
			this.lifecycle.end(Outcomes.closed(), now);
		}
		if (this.lifecycle.isOver()) {
			this.writers.fail(ending);
		}
		else if (maySend()) {
			this.requests.send(this.writers.active(), now, isInHurry());
		}
		else if (needsHandshake()) {
			this.handshake.step(now);
		}
		tell(now);
		this.done |= this.closing.isOver(now, isDone(), isEmpty());
		ending = this.lifecycle.ending();
		this.refusal = (ending == null && this.writers.isUnknown()) ? new NotStoredException(
				"Nobody can tell yet whether earlier records are stored: the producer takes nothing until it knows.",
				null, null) : ending;
	}

	private void tell(long now) {
		this.writers.release(now, this.reporter::tell, (writer) -> {
			if (this.outbox != null) {
				this.outbox.stored(writer.place(), writer.acknowledged());
			}
		});
		this.flushes.check();
	}

	private boolean maySend() {
		boolean ready = !this.limits.sequenced() || (this.handshake.identity() != null && !this.handshake.isFencing());
		return ready && !this.lifecycle.isOver() && !this.writers.isStopped();
	}

	private boolean needsHandshake() {
		return !this.lifecycle.isOver()
				&& (this.handshake.identity() != null || !isDone() || this.lifecycle.hasFormer());
	}

	private boolean isInHurry() {
		return this.flushes.isUnderWay() || this.closing.isUnderWay() || this.buffer.isExhausted();
	}

	/** Whether there is nothing of a former process that could still be stored. */
	private boolean isEmpty() {
		return this.lifecycle.ending() != null || (!this.lifecycle.hasFormer() && this.writers.isIdle());
	}

	private boolean isDone() {
		return !this.inbox.hasRecords() && this.writers.isDone();
	}

	/** Gives every record its outcome, whatever fails, and closes all. */
	private void terminate() {
		this.terminated = true;
		List<Runnable> steps = List.of(this::drain, this.inbox::runEvents, () -> this.writers.fail(Outcomes.closed()),
				() -> tell(Nanos.now()), this.flushes::end, this.buffer::close, this.requests::close,
				this.lifecycle::close);
		for (Runnable step : steps) {
			try {
				step.run();
			}
			catch (Throwable ex) {
				logger.log(System.Logger.Level.ERROR, "The producer failed while it was closed", ex);
			}
		}
	}

	private void sleep() {
		if (this.done) {
			return;
		}
		long now = Nanos.now();
		long wake = this.closing.wakeAt(now, this.lifecycle.ending() != null);
		boolean maySend = maySend();
		wake = Math.min(wake, this.writers.wakeAt(isInHurry(), maySend));
		if (!maySend && needsHandshake()) {
			wake = Math.min(wake, this.handshake.wakeAt());
		}
		if (this.drained) {
			// More will come: they need not wake this thread each.
			wake = Math.min(wake, now + Math.max(this.limits.linger(), BUSY_NANOS));
		}
		this.inbox.sleepUntil(wake);
	}

}
