package org.exactlyonce.client.internals;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What callers and answers hand to the producer's thread, and how that sleeps while there
 * is nothing. A record wakes it only if its batch could go earlier than the thread wakes
 * anyway.
 */
final class Inbox implements Executor {

	private final WriterLimits limits;

	private final Queue<PendingRecord> records = new ConcurrentLinkedQueue<>();

	private final AtomicLong bytes = new AtomicLong();

	private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

	/** Until when the thread sleeps; 0 while it is awake. */
	private volatile long wakeAt;

	private volatile Thread thread;

	Inbox(WriterLimits limits) {
		this.limits = limits;
	}

	/** Says whose inbox it is. */
	void open() {
		this.thread = Thread.currentThread();
	}

	boolean isOwnThread() {
		return Thread.currentThread() == this.thread;
	}

	void add(PendingRecord pending) {
		this.records.add(pending);
		long size = this.bytes.addAndGet(pending.line.length);
		boolean full = size >= this.limits.batchBytes() && size - pending.line.length < this.limits.batchBytes();
		if (full || pending.sentAt + this.limits.linger() < this.wakeAt) {
			wake();
		}
	}

	boolean remove(PendingRecord pending) {
		return this.records.remove(pending);
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

	boolean hasRecords() {
		return !this.records.isEmpty();
	}

	void takeRecords(Consumer<PendingRecord> consumer) {
		long size = 0;
		for (PendingRecord each = this.records.poll(); each != null; each = this.records.poll()) {
			size += each.line.length;
			consumer.accept(each);
		}
		this.bytes.addAndGet(-size);
	}

	void runEvents() {
		for (Runnable event = this.events.poll(); event != null; event = this.events.poll()) {
			event.run();
		}
	}

	/**
	 * Sleeps until there is something to take.
	 * @param time how long at the most, a time of {@link Nanos}
	 */
	void sleepUntil(long time) {
		this.wakeAt = time;
		long nanos = time - Nanos.now();
		if (this.records.isEmpty() && this.events.isEmpty() && nanos > 0) {
			// An interrupt is for no one here, and would let no sleep begin.
			Thread.interrupted();
			LockSupport.parkNanos(this, nanos);
		}
		this.wakeAt = 0;
	}

}
