package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The threads of the writer lanes, in their order, from their start to their end.
 */
final class LaneThreads {

	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	void start(String name, Runnable lane) {
		Thread thread = new Thread(lane, name);
		this.threads.add(thread);
		thread.start();
	}

	/**
	 * Waits for the end of all of them, and forgets them.
	 * @param patience how long to wait
	 * @return false if one has not ended; then none is forgotten
	 */
	boolean endWithin(Duration patience) {
		long end = System.nanoTime() + patience.toNanos();
		try {
			for (Thread thread : this.threads) {
				thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (alive() > 0) {
			return false;
		}
		this.threads.clear();
		return true;
	}

	boolean areStarted() {
		return !this.threads.isEmpty();
	}

	boolean isAlive(int lane) {
		return this.threads.get(lane).isAlive();
	}

	/** How many run. */
	long alive() {
		return this.threads.stream().filter(Thread::isAlive).count();
	}

}
