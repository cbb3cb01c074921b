package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.List;

import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.log.Tail;
import org.jspecify.annotations.Nullable;

/**
 * Relays one partition while its lease is held: fence, read the cursor, then one
 * transaction after the other, from the cursor to the durable end. Whatever fails, it
 * begins again with the fence. Works in one worker at a time, and in none while it waits;
 * the public state may be read by anybody.
 */
final class PartitionRelay {

	/** Where a transaction ends, though it takes its last page whole. */
	private static final int TRANSACTION_RECORDS = 50_000;

	private static final long TRANSACTION_BYTES = 8 * 1024 * 1024;

	private static final long TRANSACTION_NANOS = Duration.ofMillis(500).toNanos();

	/** How long one partition may keep a worker that others wait for. */
	private static final long TURN_NANOS = Duration.ofMillis(500).toNanos();

	private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	/** When to see whether somebody has done something about what stopped the relay. */
	private static final Duration STOPPED_PAUSE = Duration.ofSeconds(10);

	private final int partition;

	private final RelayLog log;

	private final OpenProducers producers;

	private final RelayMetrics metrics;

	private final RelayWorkers workers;

	private final RelayStatus status;

	private final SerialTask task;

	private final LeaseHold lease = new LeaseHold(System::nanoTime);

	private volatile long relayedOffset = -1;

	private volatile boolean open;

	/** Asks for another fence before anything else, or only for the memory back. */
	private volatile boolean fresh;

	private volatile boolean evicted;

	private @Nullable FencedProducer producer;

	private Tail.@Nullable Waiter waiter;

	/** The record that stopped the relay, or -1; what comes before it is relayed yet. */
	private long poison = -1;

	/** Whether to try that record again, alone. */
	private boolean probing;

	private Duration nextPause = FIRST_PAUSE;

	private long resumeNanos = System.nanoTime();

	PartitionRelay(int partition, RelayLog log, OpenProducers producers, RelayMetrics metrics, RelayWorkers workers) {
		this.partition = partition;
		this.log = log;
		this.producers = producers;
		this.metrics = metrics;
		this.workers = workers;
		this.status = new RelayStatus(partition);
		this.task = new SerialTask(workers, this::step);
	}

	int partition() {
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
	void hold(Leases.View view) {
		boolean before = this.lease.isHeld();
		this.lease.hold(view);
		if (!before && this.lease.isHeld()) {
			this.fresh = true;
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

	/** Others need what the producer takes; it is opened again when it is needed. */
	void evict() {
		this.evicted = true;
		this.task.signal();
	}

	/**
	 * Does what can be done now, and sees to it that a signal comes when there is more.
	 */
	private void step() {
		Tail.Waiter waiting = this.waiter;
		if (waiting != null) {
			waiting.cancel();
			this.waiter = null;
		}
		if (this.fresh || !this.lease.isHeld()) {
			this.fresh = false;
			forget();
		}
		if (this.evicted) {
			this.evicted = false;
			close();
		}
		if (this.lease.isHeld() && System.nanoTime() - this.resumeNanos >= 0) {
			try {
				relay();
			}
			catch (RuntimeException ex) {
				failed(ex);
			}
		}
	}

	/** Whatever was known is another's to know by now. */
	private void forget() {
		close();
		this.relayedOffset = -1;
		this.poison = -1;
		this.status.reset();
	}

	private void relay() {
		long turnEnds = System.nanoTime() + TURN_NANOS;
		while (this.relayedOffset < 0 || this.relayedOffset < end()) {
			if (!this.lease.isHeld() || System.nanoTime() - turnEnds > 0) {
				this.task.signal();
				return;
			}
			FencedProducer writing = opened();
			this.relayedOffset = writing.cursor().nextOffset();
			if (transact(writing)) {
				this.relayedOffset = writing.cursor().nextOffset();
				this.nextPause = FIRST_PAUSE;
			}
		}
		if (this.relayedOffset > this.poison) {
			this.poison = -1;
			this.status.recovered();
			this.waiter = this.log.await(this.partition, this.relayedOffset, this.task::signal);
		}
		else { // all before it is relayed
			this.probing = true;
			pause(STOPPED_PAUSE);
		}
	}

	/** Where to relay to: the durable end, or the record that stopped the relay. */
	private long end() {
		long end = this.log.end(this.partition);
		return (this.poison < 0) ? end : Math.min(end, this.probing ? this.poison + 1 : this.poison);
	}

	private FencedProducer opened() {
		FencedProducer known = this.producer;
		if (known == null) {
			this.open = true;
			known = this.producers.open(this.partition);
			this.producer = known;
			this.producers.used(this, 0);
		}
		return known;
	}

	/** Relays the next transaction, if there is a record for it. */
	private boolean transact(FencedProducer writing) {
		long began = System.nanoTime();
		long next = writing.cursor().nextOffset();
		long before = end();
		List<StoredRecord> page = this.log.page(this.partition, next, before);
		if (page.isEmpty()) {
			return false;
		}
		writing.begin();
		int records = 0;
		long bytes = 0;
		while (!page.isEmpty()) {
			page.forEach(writing::add);
			records += page.size();
			bytes += page.stream().mapToLong(RelayedRecord::weight).sum();
			boolean full = records >= TRANSACTION_RECORDS || bytes >= TRANSACTION_BYTES
					|| System.nanoTime() - began > TRANSACTION_NANOS;
			page = full ? List.of() : this.log.page(this.partition, next + records, before);
		}
		this.producers.used(this, bytes);
		writing.commit();
		this.metrics.committed(records, System.nanoTime() - began);
		return true;
	}

	private void failed(RuntimeException ex) {
		KafkaFailure kind = KafkaFailure.of(ex);
		count(kind);
		close();
		if (kind == KafkaFailure.FENCED) {
			this.lease.fenced();
			forget();
		}
		else if (ex instanceof PoisonException poisoned) {
			stopBefore(poisoned);
		}
		else if (ex instanceof RelayRefusedException refused) {
			this.status.stopped(String.valueOf(refused.getMessage()), refused.action());
			pause(STOPPED_PAUSE);
		}
		else if (this.workers.isRunning()) {
			this.status.failed(ex);
			pause(this.nextPause);
			Duration twice = this.nextPause.multipliedBy(2);
			this.nextPause = (twice.compareTo(LONGEST_PAUSE) < 0) ? twice : LONGEST_PAUSE;
		}
	}

	private void count(KafkaFailure kind) {
		FencedProducer failed = this.producer;
		if (kind == KafkaFailure.FENCED) {
			this.metrics.ended(RelayMetrics.Outcome.FENCED);
		}
		else if (failed != null && failed.hasBegun()) {
			this.metrics.ended(failed.isInDoubt() ? RelayMetrics.Outcome.UNKNOWN : RelayMetrics.Outcome.ABORTED);
		}
	}

	private void stopBefore(PoisonException poisoned) {
		this.poison = poisoned.offset();
		this.probing = false;
		this.status.stopped("Kafka does not take the record at offset " + this.poison + ": " + poisoned.getMessage(),
				"Make Kafka take it, as with a larger max.message.bytes of the topic. The relay tries it again by "
						+ "itself; all behind it waits, as nothing is left out.");
		this.task.signal();
	}

	private void pause(Duration length) {
		this.resumeNanos = System.nanoTime() + length.toNanos();
		this.workers.later(this.task::signal, length);
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
