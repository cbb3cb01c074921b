package org.exactlyonce.client.internals;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory that records may take. Who asked first gets room first.
 */
final class Buffer {

	private final ReentrantLock lock = new ReentrantLock(true);

	/** A condition for each thread that waits, in the order in which they asked. */
	private final Deque<Condition> turns = new ArrayDeque<>();

	private long available;

	private volatile boolean exhausted;

	private boolean closed;

	Buffer(long bytes) {
		this.available = bytes;
	}

	/**
	 * Takes room.
	 * @param bytes how much
	 * @param nanos how long to wait for it
	 * @param onWait called before it waits
	 * @return false if there was none in time
	 * @throws InterruptedException if the thread is interrupted, and would have to wait
	 */
	boolean take(int bytes, long nanos, Runnable onWait) throws InterruptedException {
		this.lock.lock();
		try {
			return (this.turns.isEmpty() && take(bytes)) || (nanos > 0 && await(bytes, nanos, onWait));
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean await(int bytes, long nanos, Runnable onWait) throws InterruptedException {
		Condition turn = this.lock.newCondition();
		this.turns.add(turn);
		this.exhausted = true;
		onWait.run();
		try {
			long left = nanos;
			while (!this.closed) {
				if (this.turns.peek() == turn && take(bytes)) {
					return true;
				}
				if (left <= 0) {
					return false;
				}
				left = turn.awaitNanos(left);
			}
			return false;
		}
		finally {
			this.turns.remove(turn);
			this.exhausted = !this.turns.isEmpty();
			signalFirst();
		}
	}

	private void signalFirst() {
		if (!this.turns.isEmpty()) {
			this.turns.peek().signal();
		}
	}

	private boolean take(int bytes) {
		if (this.available < bytes) {
			return false;
		}
		this.available -= bytes;
		return true;
	}

	void giveBack(long bytes) {
		this.lock.lock();
		try {
			this.available += bytes;
			signalFirst();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isExhausted() {
		return this.exhausted;
	}

	long available() {
		this.lock.lock();
		try {
			return this.available;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets all who wait go without room. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.turns.forEach(Condition::signal);
		}
		finally {
			this.lock.unlock();
		}
	}

}
