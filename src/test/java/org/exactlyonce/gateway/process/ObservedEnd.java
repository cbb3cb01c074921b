package org.exactlyonce.gateway.process;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes the place of the end of this process, until it is closed.
 */
public final class ObservedEnd implements AutoCloseable {

	private final AtomicInteger times = new AtomicInteger();

	/**
	 * Begins to observe.
	 * @param atTheEnd done where the process would end
	 */
	public ObservedEnd(Runnable atTheEnd) {
		ProcessEnd.exitBy((status) -> {
			atTheEnd.run();
			this.times.incrementAndGet();
		});
	}

	public boolean hasCome() {
		return this.times.get() > 0;
	}

	@Override
	public void close() {
		ProcessEnd.exitBy(Runtime.getRuntime()::halt);
	}

}
