package org.exactlyonce.client.internals;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.NotStoredException;
import org.exactlyonce.client.ProducerClosedException;
import org.exactlyonce.client.ProducerSettings;

/**
 * The producer's thread: drives the {@link PartitionWriter}s by what callers send, what
 * the gateway answers and what the clock says. All but {@link #add}, {@link #execute} and
 * the volatile fields belong to it alone.
 */
final class SenderLoop implements Runnable, Executor, Handshake.Listener {

	private static final long BUSY_NANOS = 1_000_000;

	private final ProducerSettings settings;

	private final WriterLimits limits;

	private final Buffer buffer;

	private final Flushes flushes = new Flushes();

	private final Reporter reporter;

	private final Requests requests;

	private final Handshake handshake;

	/** Null if there is none. */
	private final Outbox outbox;

	private final Map<Integer, PartitionWriter> writers = new TreeMap<>();

	private final Queue<PendingRecord> inbox = new ConcurrentLinkedQueue<>();

	private final AtomicLong inboxBytes = new AtomicLong();

	private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

	/** Until when the thread sleeps; 0 while it is awake. */
	private volatile long wakeAt;

	/** Why nothing is taken; null if it is. */
	private volatile GatewayException refusal;

	private volatile boolean terminated;

	private volatile Thread thread;

	/** Why the producer ends; null if it does not. */
	private GatewayException ending;

	/** Whether another process has the name, so that nothing more is sent. */
	private boolean over;

	private long closeAt = Long.MAX_VALUE;

	private long endAt = Long.MAX_VALUE;

	SenderLoop(ProducerSettings settings, Gateways gateways, Buffer buffer, Outbox outbox) {
		this.settings = settings;
		this.limits = WriterLimits.of(settings);
		this.buffer = buffer;
		this.outbox = outbox;
		this.reporter = new Reporter(buffer, this.flushes, settings.listener());
		this.handshake = new Handshake(settings, gateways, this, this);
		this.requests = new Requests(settings, gateways, this, this.handshake, outbox);
	}

	/**
	 * Takes a record from a caller. Its room in the buffer is taken already.
	 * @param pending the record
	 * @return false if the thread has ended
	 */
	boolean add(PendingRecord pending) {
		this.inbox.add(pending);
		long bytes = this.inboxBytes.addAndGet(pending.line.length);
		boolean full = bytes >= this.limits.batchBytes() && bytes - pending.line.length < this.limits.batchBytes();
		if (full || pending.sentAt + this.limits.linger() < this.wakeAt || this.buffer.isExhausted()) {
			wake();
		}
		return !(this.terminated && this.inbox.remove(pending));
	}

	/**
	 * Has something done by the thread.
	 * @param event what to do
	 */
	@Override
	public void execute(Runnable event) {
		this.events.add(event);
		wake();
	}

	void wake() {
		LockSupport.unpark(this.thread);
	}

	/** Why records are not taken at the moment; null if they are. */
	GatewayException refusal() {
		return this.refusal;
	}

	boolean isOwnThread() {
		return Thread.currentThread() == this.thread;
	}

	CompletableFuture<Void> flush() {
		CompletableFuture<Void> done = new CompletableFuture<>();
		execute(() -> {
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
		execute(() -> {
			this.closeAt = Math.min(this.closeAt, now + nanos);
			this.endAt = Math.min(this.endAt, now + nanos - Math.min(nanos / 4, 1_000_000_000));
		});
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		while (!this.terminated) {
			drain();
			try {
				events();
				step(Nanos.now());
			}
			catch (UncheckedIOException ex) {
				ended(new GatewayException(ex.getMessage(), null, ex), Nanos.now());
			}
			sleep();
		}
	}

	private void events() {
		for (Runnable event = this.events.poll(); event != null; event = this.events.poll()) {
			event.run();
		}
	}

	private void drain() {
		long bytes = 0;
		for (PendingRecord each = this.inbox.poll(); each != null; each = this.inbox.poll()) {
			bytes += each.line.length;
			PartitionWriter writer = writer(each.partition);
			writer.add(each);
			this.flushes.taken(each.partition);
			if (this.ending != null) {
				writer.end(this.ending, Nanos.now());
			}
		}
		this.inboxBytes.addAndGet(-bytes);
	}

	private PartitionWriter writer(int partition) {
		return this.writers.computeIfAbsent(partition, (key) -> {
			PartitionWriter writer = new PartitionWriter(partition, this.limits, Math::random);
			if (this.handshake.identity() != null) {
				writer.begin(this.handshake.identity().nextSequence(partition), List.of());
			}
			return writer;
		});
	}

	private void step(long now) {
		if (now >= this.endAt && this.ending == null) {
			end(new ProducerClosedException("The producer was closed before the record was stored.", null, null), now);
		}
		if (this.over) {
			this.writers.values().forEach((writer) -> writer.fail(this.ending));
		}
		else if (maySend()) {
			this.requests.send(this.writers.values(), now, isInHurry());
		}
		else if (needsHandshake()) {
			this.handshake.step(now);
		}
		tell(now);
		if (now >= this.closeAt || (this.closeAt != Long.MAX_VALUE && isDone() && (isEmpty() || now >= this.endAt))) {
			terminate();
		}
		boolean unknown = this.writers.values().stream().anyMatch(PartitionWriter::isUnknown);
		this.refusal = (unknown && this.ending == null) ? new NotStoredException(
				"Nobody can tell yet whether earlier records are stored: the producer takes nothing until it knows.",
				null, null) : this.ending;
	}

	private void tell(long now) {
		for (PartitionWriter writer : this.writers.values()) {
			List<Batch> released;
			do {
				writer.expire(now);
				released = writer.release();
				this.reporter.tell(released);
			}
			while (!released.isEmpty());
			if (this.outbox != null) {
				this.outbox.stored(writer.partition(), writer.acknowledged());
			}
		}
		this.flushes.check();
	}

	private boolean maySend() {
		return !this.over
				&& (!this.limits.sequenced() || (this.handshake.identity() != null && !this.handshake.isFencing()
						&& this.writers.values().stream().noneMatch(PartitionWriter::isStopped)));
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
		return this.over || (!hasFormer() && this.writers.values().stream().allMatch(PartitionWriter::isIdle));
	}

	private boolean isDone() {
		return this.inbox.isEmpty() && this.writers.values().stream().allMatch(PartitionWriter::isDone);
	}

	private void end(GatewayException failure, long now) {
		this.ending = failure;
		this.writers.values().forEach((writer) -> writer.end(failure, now));
	}

	private void terminate() {
		this.terminated = true;
		drain();
		events();
		GatewayException failure = new ProducerClosedException("The producer was closed before the record was stored.",
				null, null);
		this.writers.values().forEach((writer) -> writer.fail(failure));
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
		boolean maySend = maySend();
		boolean busy = false;
		for (PartitionWriter writer : this.writers.values()) {
			wake = Math.min(wake, writer.wakeAt(isInHurry(), maySend));
			busy |= !writer.isIdle();
		}
		if (!maySend && needsHandshake()) {
			wake = Math.min(wake, this.handshake.wakeAt());
		}
		if (busy) {
			// So that records that come meanwhile need not wake this thread each.
			wake = Math.min(wake, now + Math.max(this.limits.linger(), BUSY_NANOS));
		}
		this.wakeAt = wake;
		if (this.inbox.isEmpty() && this.events.isEmpty() && wake > now) {
			LockSupport.parkNanos(this, wake - now);
		}
		this.wakeAt = 0;
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
		restored.keySet().forEach(this::writer);
		for (PartitionWriter writer : this.writers.values()) {
			int partition = writer.partition();
			writer.begin(identity.nextSequence(partition), restored.getOrDefault(partition, List.of()));
		}
	}

	@Override
	public void fenced(Identity identity, long now) {
		this.settings.listener().fenced(identity.epoch());
		List<PartitionWriter> stopped = stopped();
		for (PartitionWriter writer : stopped) {
			LogMismatchException mismatch = writer.fenced(identity.nextSequence(writer.partition()), now);
			if (this.outbox != null) {
				this.outbox.voidFrom(writer.partition(), writer.next());
			}
			if (mismatch != null && this.ending == null) {
				end(mismatch, now);
			}
		}
	}

	private List<PartitionWriter> stopped() {
		return this.writers.values().stream().filter(PartitionWriter::isStopped).toList();
	}

	@Override
	public void refused(GatewayException failure, long now) {
		if (this.handshake.identity() == null) {
			this.writers.values().forEach((writer) -> writer.fail(failure));
		}
		else {
			stopped().forEach((writer) -> writer.giveUp(failure));
		}
	}

	@Override
	public void ended(GatewayException failure, long now) {
		this.over = true;
		this.ending = failure;
		this.writers.values().forEach((writer) -> writer.fail(failure));
	}

	@Override
	public void forgotten(LogMismatchException failure, long now) {
		end(failure, now);
		stopped().forEach((writer) -> writer.fenced(0, now));
	}

}
