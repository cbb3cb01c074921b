package org.exactlyonce.gateway.relay;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Work that is done whenever it is asked for, in one thread at a time. Several calls
 * before it begins are served together; one that comes while it runs is served next.
 * Thread-safe.
 */
final class SerialTask {

	private final Executor executor;

	private final Runnable work;

	private final AtomicInteger signals = new AtomicInteger();

	private final ReentrantLock running = new ReentrantLock();

	SerialTask(Executor executor, Runnable work) {
		this.executor = executor;
		this.work = work;
	}

	void signal() {
		if (this.signals.getAndIncrement() == 0) {
			this.executor.execute(this::run);
		}
	}

	/**
	 * Does something else with what the work uses, here and now, or nothing if the work
	 * runs. Other than a signal it does not wait for its turn in the executor.
	 */
	void unlessRunning(Runnable other) {
		if (this.running.tryLock()) {
			try {
				other.run();
			}
			finally {
				this.running.unlock();
			}
		}
	}

	private void run() {
		int seen = this.signals.get();
		this.running.lock();
		try {
			this.work.run();
		}
		finally {
			this.running.unlock();
			if (!this.signals.compareAndSet(seen, 0)) {
				this.executor.execute(this::run);
			}
		}
	}

}
