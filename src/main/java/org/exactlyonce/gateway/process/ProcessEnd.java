package org.exactlyonce.gateway.process;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which the gateway ends itself at once: after an
 * {@link OutOfMemoryError}, and after a write that its database did not make. What is in
 * memory may be half changed then, so nothing of it may be written, answered or even
 * closed. A restart loses nothing that was acknowledged. Thread-safe.
 */
public final class ProcessEnd {

	/** What {@code -XX:+ExitOnOutOfMemoryError} ends with, too. */
	public static final int STATUS = 3;

	private static final Logger log = LoggerFactory.getLogger(ProcessEnd.class);

	private static final int MAX_CAUSES = 20;

	private static final AtomicBoolean begun = new AtomicBoolean();

	private static volatile IntConsumer exit = Runtime.getRuntime()::halt;

	/** Is there before memory is short: to log may take memory, or wait for a lock. */
	private static final Thread guard = new Thread(ProcessEnd::guard, "process-end");

	static {
		guard.setDaemon(true);
		guard.start();
	}

	private ProcessEnd() {
	}

	/** Ends the process when a thread dies of an {@link OutOfMemoryError}. */
	public static void watchThreads() {
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
			onOutOfMemory(failure);
			log.error("The thread {} has ended", thread.getName(), failure);
		});
	}

	/**
	 * Bounds how long the process may take to stop. What it waits for may hang, such as a
	 * disk that a database is to be closed on.
	 * @param most the longest time from the signal on
	 */
	public static void limitShutdown(Duration most) {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			Thread limit = new Thread(() -> {
				LockSupport.parkNanos(most.toNanos());
				end("The gateway did not stop within " + most, null);
			}, "shutdown-limit");
			limit.setDaemon(true);
			limit.start();
		}, "shutdown-limit-start"));
	}

	/**
	 * Ends the process if a failure is an {@link OutOfMemoryError}, or was caused by one:
	 * of the heap, of an array that is too long, of direct memory, of threads.
	 * @param failure what was thrown, if anything
	 */
	public static void onOutOfMemory(@Nullable Throwable failure) {
		Throwable cause = failure;
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			if (cause instanceof OutOfMemoryError) {
				end("There was too little memory", cause);
				return;
			}
			cause = cause.getCause();
		}
	}

	/**
	 * Ends the process.
	 * @param reason what has happened
	 * @param failure what was thrown, if anything
	 */
	public static void end(String reason, @Nullable Throwable failure) {
		if (begun.compareAndSet(false, true)) {
			try {
				LockSupport.unpark(guard);
				log.error("{}{}. The process ends; a restart loses nothing that was acknowledged", reason,
						(failure != null) ? ": " + failure : "");
			}
			finally {
				exit.accept(STATUS);
			}
		}
	}

	/**
	 * Whether the process is about to end, so that nothing may be acknowledged.
	 * @return true once the end has begun
	 */
	public static boolean hasBegun() {
		return begun.get();
	}

	/**
	 * A task whose executor keeps what it throws.
	 * @param task the task
	 * @return the task, which ends the process when it throws an {@link OutOfMemoryError}
	 */
	public static Runnable guarded(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (Error ex) {
				onOutOfMemory(ex);
				throw ex;
			}
		};
	}

	/** Ends the process when logging the reason does not come to its end. */
	private static void guard() {
		while (true) {
			LockSupport.park();
			if (begun.get()) {
				LockSupport.parkNanos(1_000_000_000L);
				IntConsumer ending = exit;
				if (begun.get()) {
					ending.accept(STATUS);
				}
			}
		}
	}

	/**
	 * Lets a test see the end instead of meeting it.
	 * @param instead gets the status
	 */
	static void exitBy(IntConsumer instead) {
		begun.set(false);
		exit = instead;
	}

}
