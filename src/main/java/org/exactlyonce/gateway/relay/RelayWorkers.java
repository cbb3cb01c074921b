package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The relay's own threads: a few that work for all partitions in turn, and a timer. What
 * comes after the stop is dropped.
 */
final class RelayWorkers implements Executor {

	private final ExecutorService workers;

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor((task) -> daemon(task, "relay-timer"));

	private volatile boolean running = true;

	RelayWorkers(int threads) {
		this.workers = Executors.newFixedThreadPool(threads, (task) -> daemon(task, "relay"));
	}

	private static Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	boolean isRunning() {
		return this.running;
	}

	@Override
	public void execute(Runnable task) {
		try {
			this.workers.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// the relay has stopped
		}
	}

	/** Runs something later, in the timer's thread. */
	void later(Runnable task, Duration delay) {
		try {
			this.timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the relay has stopped
		}
	}

	/** Runs something in the timer's thread, again and again; it must not throw. */
	void every(Duration period, Runnable task) {
		this.timer.scheduleWithFixedDelay(task, 0, period.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Ends the timer, then lets the workers finish what they do.
	 * @param last what the workers are to do before they end
	 * @param patience how long to wait until they are interrupted
	 */
	void stop(Runnable last, Duration patience) {
		this.running = false;
		this.timer.shutdownNow();
		last.run();
		this.workers.shutdown();
		try {
			this.timer.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
			if (!this.workers.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
				this.workers.shutdownNow();
				this.workers.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
