package org.exactlyonce.gateway.relay;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work that is done whenever it is asked for, in one thread at a time. Several calls
 * before it begins are served together; one that comes while it runs is served next.
 * Thread-safe.
 */
final class SerialTask {

	private final Executor executor;

	private final Runnable work;

	private final AtomicInteger signals = new AtomicInteger();

	SerialTask(Executor executor, Runnable work) {
		this.executor = executor;
		this.work = work;
	}

	void signal() {
		if (this.signals.getAndIncrement() == 0) {
			this.executor.execute(this::run);
		}
	}

	private void run() {
		int seen = this.signals.get();
		try {
			this.work.run();
		}
		finally {
			if (!this.signals.compareAndSet(seen, 0)) {
				this.executor.execute(this::run);
			}
		}
	}

}
