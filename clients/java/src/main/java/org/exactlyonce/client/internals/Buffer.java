package org.exactlyonce.client.internals;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory that records may take. Who asked first gets room first.
 */
final class Buffer {

	private final ReentrantLock lock = new ReentrantLock(true);

	private final Condition room = this.lock.newCondition();

	private long available;

	private volatile int waiting;

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
	 * @throws InterruptedException if the thread is interrupted
	 */
	boolean take(int bytes, long nanos, Runnable onWait) throws InterruptedException {
		if (nanos > 0) {
			this.lock.lockInterruptibly();
		}
		else {
			this.lock.lock();
		}
		try {
			return (this.waiting == 0 && take(bytes)) || (nanos > 0 && await(bytes, nanos, onWait));
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean await(int bytes, long nanos, Runnable onWait) throws InterruptedException {
		this.waiting = this.waiting + 1;
		onWait.run();
		try {
			long left = nanos;
			while (!this.closed && left > 0) {
				if (take(bytes)) {
					return true;
				}
				left = this.room.awaitNanos(left);
			}
			return !this.closed && take(bytes);
		}
		finally {
			this.waiting = this.waiting - 1;
			this.room.signal();
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
			this.room.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isExhausted() {
		return this.waiting > 0;
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
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
