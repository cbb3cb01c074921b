package org.exactlyonce.client.internals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.ProducerSettings;

/**
 * The producer's thread: drives the {@link PartitionWriter}s by what callers send, what
 * the gateway answers and what the clock says. All but {@link #add}, {@link #flush},
 * {@link #close} and the volatile fields belong to it alone.
 */
final class SenderLoop implements Runnable, Handshake.Listener {

	private static final long BUSY_NANOS = 1_000_000;

	private static final System.Logger logger = System.getLogger(SenderLoop.class.getName());

	private final ProducerSettings settings;

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

	/** Why nothing is taken; null if it is. */
	private volatile GatewayException refusal;

	private volatile boolean terminated;

	/** Why the producer ends; null if it does not. */
	private GatewayException ending;

	/** Whether another process has the name, so that nothing more is sent. */
	private boolean over;

	/** Whether records came in this round. */
	private boolean drained;

	private long closeAt = Long.MAX_VALUE;

	private long endAt = Long.MAX_VALUE;

	/** From when on a close waits only for what has no outcome. */
	private long restAt = Long.MAX_VALUE;

	SenderLoop(ProducerSettings settings, Gateways gateways, Buffer buffer, Outbox outbox) {
		this.settings = settings;
		this.limits = WriterLimits.of(settings);
		this.buffer = buffer;
		this.outbox = outbox;
		this.inbox = new Inbox(this.limits);
		this.writers = new Writers(this.limits);
		this.reporter = new Reporter(buffer, this.flushes, settings.listener());
		this.handshake = new Handshake(settings, gateways, this.inbox, this);
		this.requests = new Requests(settings, gateways, this.inbox, this, this.handshake, outbox);
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
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.inbox.execute(() -> {
			drain();
			this.flushes.add(done);
		});
		if (this.terminated) {
			done.complete(null);
		}
		return done;
	}

	/**
	 * Ends the thread.
	 * @param timeout how long it may take
	 */
	void close(Duration timeout) {
		long now = Nanos.now();
		long nanos = Nanos.of(timeout);
		this.inbox.execute(() -> {
			this.closeAt = Math.min(this.closeAt, now + nanos);
			this.endAt = Math.min(this.endAt, now + nanos - Math.min(nanos / 4, 1_000_000_000));
			this.restAt = Math.min(this.restAt, Math.min(this.endAt, now + this.limits.deliveryTimeout()));
		});
	}

	@Override
	public void run() {
		this.inbox.open();
		while (!this.terminated) {
			drain();
			try {
				this.inbox.runEvents();
				step(Nanos.now());
			}
			catch (RuntimeException | Error ex) {
				// A full disk, or a defect: no future is to wait for ever.
				logger.log(System.Logger.Level.ERROR, "The producer has failed", ex);
				ended(new GatewayException("The producer has failed: " + ex, null, ex), Nanos.now());
			}
			sleep();
		}
	}

	private void drain() {
		this.drained = false;
		this.inbox.takeRecords((each) -> {
			this.drained = true;
			PartitionWriter writer = this.writers.get(each.partition, this.handshake.identity());
			writer.add(each);
			this.flushes.taken(each.partition);
			if (this.ending != null) {
				writer.end(this.ending, Nanos.now());
			}
		});
	}

	private void step(long now) {
		if (now >= this.endAt && this.ending == null) {
			end(new ProducerClosedException("The producer was closed before the record was stored.", null, null), now);
		}
		if (this.over) {
			this.writers.fail(this.ending);
		}
		else if (maySend()) {
			this.requests.send(this.writers.active(), now, isInHurry());
		}
		else if (needsHandshake()) {
			this.handshake.step(now);
		}
		tell(now);
		if (now >= this.closeAt || (this.closeAt != Long.MAX_VALUE && isDone() && (isEmpty() || now >= this.restAt))) {
			terminate();
		}
		this.refusal = (this.ending == null && this.writers.isUnknown()) ? new NotStoredException(
				"Nobody can tell yet whether earlier records are stored: the producer takes nothing until it knows.",
				null, null) : this.ending;
	}

	private void tell(long now) {
		this.writers.release(now, this.reporter::tell, (writer) -> {
			if (this.outbox != null) {
				this.outbox.stored(writer.partition(), writer.acknowledged());
			}
		});
		this.flushes.check();
	}

	private boolean maySend() {
		boolean ready = !this.limits.sequenced() || (this.handshake.identity() != null && !this.handshake.isFencing());
		return ready && !this.over && !this.writers.isStopped();
	}

	private boolean needsHandshake() {
		return !this.over && (this.handshake.identity() != null || !isDone() || hasFormer());
	}

	private boolean isInHurry() {
		return this.flushes.isUnderWay() || this.closeAt != Long.MAX_VALUE || this.buffer.isExhausted();
	}

	private boolean hasFormer() {
		return this.outbox != null && this.outbox.hasFormer();
	}

	/** Whether what a former process left is stored, too. */
	private boolean isEmpty() {
		return this.over || (!hasFormer() && this.writers.isIdle());
	}

	private boolean isDone() {
		return !this.inbox.hasRecords() && this.writers.isDone();
	}

	private void end(GatewayException failure, long now) {
		this.ending = failure;
		this.writers.end(failure, now);
	}

	private void terminate() {
		this.terminated = true;
		drain();
		this.inbox.runEvents();
		GatewayException failure = new ProducerClosedException("The producer was closed before the record was stored.",
				null, null);
		this.writers.fail(failure);
		tell(Nanos.now());
		this.buffer.close();
		this.requests.close();
		if (this.outbox != null) {
			this.outbox.close();
		}
	}

	private void sleep() {
		if (this.terminated) {
			return;
		}
		long now = Nanos.now();
		long wake = (this.ending == null) ? Math.min(this.endAt, this.closeAt) : this.closeAt;
		wake = Math.min(wake, (this.restAt > now) ? this.restAt : Long.MAX_VALUE);
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

	void answered(PartitionWriter writer, Attempt attempt, Answer answer) {
		long now = Nanos.now();
		Decision decision = writer.answered(attempt, answer, epoch(), now);
		if (decision == null) {
			return;
		}
		if (decision.kind() == Decision.Kind.FENCED) {
			ended(decision.failure(), now);
		}
		else if (decision.kind() == Decision.Kind.MISMATCH) {
			end(decision.failure(), now);
		}
	}

	private long epoch() {
		return this.limits.sequenced() ? this.handshake.epoch() : Long.MAX_VALUE;
	}

	@Override
	public void registered(Identity identity, long now) {
		Map<Integer, List<Batch>> restored = Map.of();
		if (this.outbox != null) {
			try {
				restored = this.outbox.restore(identity);
			}
			catch (LogMismatchException ex) {
				ended(ex, now);
				return;
			}
		}
		this.writers.begin(identity, restored);
	}

	@Override
	public void fenced(Identity identity, long now) {
		this.settings.listener().fenced(identity.epoch());
		for (PartitionWriter writer : this.writers.stopped()) {
			LogMismatchException mismatch = writer.fenced(identity.nextSequence(writer.partition()), now);
			if (this.outbox != null) {
				this.outbox.voidFrom(writer.partition(), writer.next());
			}
			if (mismatch != null && this.ending == null) {
				end(mismatch, now);
			}
		}
	}

	@Override
	public void refused(GatewayException failure, long now) {
		if (this.handshake.identity() == null) {
			this.writers.fail(failure);
		}
		else {
			this.writers.stopped().forEach((writer) -> writer.giveUp(failure));
		}
	}

	@Override
	public void ended(GatewayException failure, long now) {
		this.over = true;
		this.ending = failure;
		this.writers.fail(failure);
	}

	@Override
	public void forgotten(LogMismatchException failure, long now) {
		end(failure, now);
		this.writers.stopped().forEach((writer) -> writer.fenced(0, now));
	}

}
