package org.exactlyonce.gateway.relay;

import java.time.Duration;

import org.exactlyonce.gateway.log.DurableEnds;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.topic.PartitionGoneException;
import org.jspecify.annotations.Nullable;

/**
 * Relays one partition while its lease is held: fence, read the cursor, then one
 * transaction after the other, from the cursor to the durable end. Whatever fails, it
 * begins again with the fence. Works in one worker at a time, and in none while it waits.
 */
final class PartitionRelay {

	/** How long one partition may keep a worker that others wait for. */
	private static final long TURN_NANOS = Duration.ofMillis(500).toNanos();

	/** When to see whether what stopped the relay was mended. */
	private static final Duration STOPPED_PAUSE = Duration.ofSeconds(10);

	private final RelayedPartition partition;

	private final RelayLog log;

	private final OpenProducers producers;

	private final RelayTransactions transactions;

	private final RelayMetrics metrics;

	private final RelayWorkers workers;

	private final RelayStatus status;

	private final SerialTask task;

	private final LeaseHold lease;

	private final PoisonStop poison = new PoisonStop();

	private final RetryPause pause = new RetryPause(System::nanoTime);

	private volatile long relayedOffset = -1;

	private volatile boolean open;

	/** Another relay may have been there: what is known is old. */
	private volatile boolean newlyHeld;

	private volatile @Nullable Long reported;

	private @Nullable FencedProducer producer;

	private DurableEnds.@Nullable Waiter waiter;

	PartitionRelay(RelayedPartition partition, RelayLog log, OpenProducers producers, RelayMetrics metrics,
			RelayWorkers workers, RelayNews news) {
		this.partition = partition;
		this.log = log;
		this.lease = new LeaseHold(System::nanoTime, log::putBacks);
		this.producers = producers;
		this.transactions = new RelayTransactions(log, metrics);
		this.metrics = metrics;
		this.workers = workers;
		this.status = new RelayStatus(partition, news);
		this.task = new SerialTask(workers, this::step);
	}

	RelayedPartition partition() {
		return this.partition;
	}

	/** How far it is; -1 while that is not known here. */
	long relayedOffset() {
		return this.relayedOffset;
	}

	RelayStatus status() {
		return this.status;
	}

	boolean isHeld() {
		return this.lease.isHeld();
	}

	/** Whether there is a producer that may still write. */
	boolean isOpen() {
		return this.open;
	}

	/** The lease was held when the database was asked. */
	void confirm(LeaseView view) {
		if (this.lease.confirm(view)) {
			this.reported = view.lastKnown().get(this.partition.id());
			this.newlyHeld = true;
			this.task.signal();
		}
	}

	/** The lease is not held, or is to be given back. */
	void release() {
		if (this.lease.isHeld() || this.open) {
			this.lease.drop();
			this.task.signal();
		}
	}

	/**
	 * Others need what the producer takes; it is opened again when it is needed. Closed
	 * at once, as a turn of its own may be far behind those that open; not in its turn.
	 */
	void evict() {
		this.task.unlessRunning(this::close);
	}

	/** Does what can be done now, and sees to it that a signal comes for what is left. */
	private void step() {
		DurableEnds.Waiter waiting = this.waiter;
		if (waiting != null) {
			waiting.cancel();
			this.waiter = null;
		}
		if (this.newlyHeld || !this.lease.isHeld()) {
			this.newlyHeld = false;
			forget();
		}
		if (this.lease.isHeld() && this.pause.isOver()) {
			inTurn();
		}
	}

	private void inTurn() {
		TopicTurns turns = this.partition.topic().turns();
		if ((this.relayedOffset < 0 || this.relayedOffset < end()) && !turns.begin(this, this.open)) {
			this.workers.later(this.task::signal, TopicTurns.ASK_AGAIN);
			return;
		}
		try {
			relay();
		}
		catch (Throwable ex) { // an Error too, or it would never be tried again
			ProcessEnd.onOutOfMemory(ex);
			failed(ex);
		}
		finally {
			turns.end(this);
		}
	}

	/** Whatever was known is another's to know by now. */
	private void forget() {
		close();
		this.relayedOffset = -1;
		this.poison.clear();
		this.status.reset();
	}

	private void relay() {
		long turnEnds = System.nanoTime() + TURN_NANOS;
		if (this.relayedOffset < 0) {
			this.relayedOffset = this.producers.whole(this.partition, this.reported);
		}
		while (this.relayedOffset < 0 || this.relayedOffset < end()) {
			if (!this.lease.isHeld() || System.nanoTime() - turnEnds > 0) {
				this.task.signal();
				return;
			}
			transact(opened());
		}
		if (this.poison.isPassed(this.relayedOffset)) {
			this.poison.clear();
			this.status.recovered();
			this.waiter = this.log.await(this.partition, this.relayedOffset, this.task::signal);
		}
		else { // all before it is relayed
			this.poison.probe();
			this.workers.later(this.task::signal, this.pause.begin(STOPPED_PAUSE));
		}
	}

	private long end() {
		return this.poison.bound(this.log.end(this.partition));
	}

	private void transact(FencedProducer writing) {
		this.relayedOffset = writing.cursor().nextOffset();
		long bytes = this.transactions.relay(this.partition, writing, end());
		if (bytes > 0) {
			this.relayedOffset = writing.cursor().nextOffset();
			this.producers.used(this, bytes);
			this.pause.reset();
		}
	}

	private FencedProducer opened() {
		FencedProducer known = this.producer;
		if (known == null) {
			this.open = true;
			known = this.producers.open(this.partition, this.status.isStopped());
			this.producer = known;
			this.producers.used(this, 0);
			this.partition.topic().turns().recovered();
		}
		return known;
	}

	private void failed(Throwable ex) {
		KafkaFailure kind = KafkaFailure.of(ex);
		this.metrics.failed(kind, this.producer);
		close();
		if (ex instanceof RelayRefusedException || ex instanceof PutBackException) {
			this.relayedOffset = -1; // retention is not to rely on what Kafka lacks
			this.reported = null;
		}
		if (kind == KafkaFailure.FENCED || ex instanceof PartitionGoneException) { // deleted
			this.lease.fenced();
			forget();
		}
		else if (ex instanceof PoisonException poisoned) {
			this.poison.found(poisoned.offset());
			this.status.stopped(poisoned);
			this.task.signal();
		}
		else if (ex instanceof RelayRefusedException refused) {
			this.status.stopped(String.valueOf(refused.getMessage()), refused.action());
			this.workers.later(this.task::signal, this.pause.begin(STOPPED_PAUSE));
		}
		else if (this.workers.isRunning()) {
			this.status.failed(ex);
			this.partition.topic().turns().failed(ex);
			this.workers.later(this.task::signal, this.pause.begin());
		}
	}

	private void close() {
		FencedProducer closing = this.producer;
		this.producer = null;
		if (closing != null) {
			this.producers.closed(this);
			closing.close();
		}
		this.open = false;
	}

}
