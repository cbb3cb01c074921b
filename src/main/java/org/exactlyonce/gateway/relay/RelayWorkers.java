package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.process.RepeatedTask;

/**
 * The relay's own threads: a few that work for all partitions in turn, and two for what
 * has its time. What comes after the stop is dropped. Nobody is interrupted, as H2 closes
 * its file under a thread that is.
 */
final class RelayWorkers implements Executor {

	private final ExecutorService workers;

	/** One for the leases, so that nothing else makes them late. */
	private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(2,
			(task) -> daemon(task, "relay-timer"));

	private volatile boolean running = true;

	RelayWorkers(int threads) {
		this.workers = Executors.newFixedThreadPool(threads, (task) -> daemon(task, "relay"));
		this.timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
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

	/** Runs something short later. */
	void later(Runnable task, Duration delay) {
		try {
			this.timers.schedule(ProcessEnd.guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the relay has stopped
		}
	}

	/** Runs something again and again, whatever it throws. */
	void every(Duration period, Runnable task) {
		this.timers.scheduleWithFixedDelay(new RepeatedTask("A timer of the relay", task), 0, period.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Ends what has its time, then lets the workers finish.
	 * @param last what the workers are to do before they end
	 * @param patience how long to wait for them; the fence is safe from those that stay
	 */
	void stop(Runnable last, Duration patience) {
		this.running = false;
		this.timers.shutdown();
		last.run();
		this.workers.shutdown();
		try {
			long end = System.nanoTime() + patience.toNanos();
			this.timers.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
			this.workers.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
