package org.exactlyonce.gateway.process;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Work that a daemon thread of its own repeats from the start to the stop, whatever it
 * throws. The thread is never interrupted, as H2 closes its file under one that is. Can
 * be started again after a stop. Thread-safe.
 */
public final class Periodic {

	private final String thread;

	private final Duration pause;

	private final RepeatedTask task;

	private @Nullable ScheduledThreadPoolExecutor executor;

	/**
	 * Creates what is not started yet.
	 * @param thread the name of its thread
	 * @param pause the time from the end of a run to the beginning of the next
	 * @param task the work and what it is called in the log
	 */
	public Periodic(String thread, Duration pause, RepeatedTask task) {
		this.thread = thread;
		this.pause = pause;
		this.task = task;
	}

	/** Begins the first run at once, unless it is running already. */
	public synchronized void start() {
		if (!isRunning()) {
			ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1, this::thread);
			started.scheduleWithFixedDelay(this.task, 0, this.pause.toNanos(), TimeUnit.NANOSECONDS);
			this.executor = started;
		}
	}

	private Thread thread(Runnable work) {
		Thread created = new Thread(work, this.thread);
		created.setDaemon(true);
		return created;
	}

	/** Begins no further run, and does not wait for one in progress. */
	public synchronized void stop() {
		if (this.executor != null) {
			this.executor.shutdown();
		}
	}

	/**
	 * Waits for a run in progress, after a stop.
	 * @param patience how long to wait
	 * @return false if it is still in progress
	 * @throws InterruptedException if the calling thread is interrupted
	 */
	public boolean awaitEnd(Duration patience) throws InterruptedException {
		ScheduledThreadPoolExecutor stopped;
		synchronized (this) {
			stopped = this.executor;
		}
		return stopped == null || stopped.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Whether it has been started and not stopped since.
	 * @return true while runs are begun
	 */
	public synchronized boolean isRunning() {
		return this.executor != null && !this.executor.isShutdown();
	}

}
