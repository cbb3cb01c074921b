package org.exactlyonce.gateway.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.process.RepeatedTask;

/**
 * The relay's own threads: a few that work for all partitions in turn, one for what is
 * due later, and one for each task that is repeated, so that nothing else makes it late.
 * What comes after the stop is dropped. No thread is interrupted, as H2 closes its file
 * under one that is.
 */
final class RelayWorkers implements Executor {

	private final ExecutorService workers;

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
			(task) -> daemon(task, "relay-timer"));

	private final List<Periodic> repeated = new ArrayList<>();

	private volatile boolean running = true;

	RelayWorkers(int threads) {
		this.workers = Executors.newFixedThreadPool(threads, (task) -> daemon(task, "relay"));
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
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
			this.timer.schedule(ProcessEnd.guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the relay has stopped
		}
	}

	/** Repeats a task in a thread of its own until the stop, whatever it throws. */
	synchronized void every(Duration pause, String thread, RepeatedTask task) {
		if (this.running) {
			Periodic periodic = new Periodic(thread, pause, task);
			periodic.start();
			this.repeated.add(periodic);
		}
	}

	private synchronized void stopTimers() {
		this.running = false;
		this.timer.shutdown();
		this.repeated.forEach(Periodic::stop);
	}

	/**
	 * Ends what has its time, then lets the workers finish.
	 * @param last what the workers are to do before they end
	 * @param patience how long to wait for them; the fence is safe from those that stay
	 */
	void stop(Runnable last, Duration patience) {
		stopTimers();
		last.run();
		this.workers.shutdown();
		try {
			long end = System.nanoTime() + patience.toNanos();
			this.timer.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
			for (Periodic periodic : this.repeated) {
				periodic.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
			}
			this.workers.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
