package org.exactlyonce.gateway.store.postgres;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * An action that is run once for all calls that wait for it at the same time: each call
 * returns after a run that began after the call. A failed run fails for all calls that
 * waited for it, so that they do not try one after the other. Thread-safe.
 */
final class SharedRun {

	private final Runnable work;

	private final ReentrantLock running = new ReentrantLock();

	private @Nullable CompletableFuture<@Nullable Void> next;

	/**
	 * Something to share.
	 * @param work takes a bounded time
	 */
	SharedRun(Runnable work) {
		this.work = work;
	}

	/**
	 * Returns after a run that began after this call.
	 * @throws RuntimeException what the run threw
	 */
	void await() {
		CompletableFuture<@Nullable Void> mine;
		boolean first;
		synchronized (this) {
			CompletableFuture<@Nullable Void> waiting = this.next;
			first = waiting == null;
			mine = (waiting != null) ? waiting : new CompletableFuture<>();
			this.next = mine;
		}
		if (first) {
			run(mine);
		}
		try {
			mine.join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	private void run(CompletableFuture<@Nullable Void> mine) {
		this.running.lock();
		try {
			synchronized (this) {
				this.next = null; // a call that comes now waits for another run
			}
			this.work.run();
			mine.complete(null);
		}
		catch (Throwable ex) {
			mine.completeExceptionally(ex);
		}
		finally {
			this.running.unlock();
		}
	}

}
