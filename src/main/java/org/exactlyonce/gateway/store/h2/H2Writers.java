package org.exactlyonce.gateway.store.h2;

import java.lang.reflect.Field;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.process.ProcessEnd;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/**
 * The writing of H2's chunks, in the thread that commits. H2 has two threads for it, one
 * that serialises and one that writes; a commit that is to be durable waits for both, one
 * after the other, and is faster without them.
 * <p>
 * H2 keeps what such a task throws in a future that it seldom asks; when it has no memory
 * to wrap an {@link OutOfMemoryError}, it does not even close itself. It goes on with the
 * next chunk, which refers to the one that is missing and lets older ones be overwritten.
 * So no task is run after the first that failed, and the process ends.
 */
final class H2Writers {

	private volatile @Nullable Throwable failure;

	/**
	 * Takes the place of H2's own threads. There is nothing to do when H2 has none.
	 * @param file an open file
	 * @return its writers
	 */
	static H2Writers of(MVStore file) {
		H2Writers writers = new H2Writers();
		// waits for tasks under way, and lets none begin
		file.executeFilestoreOperation(() -> {
			writers.replace(file.getFileStore(), "serializationExecutor");
			writers.replace(file.getFileStore(), "bufferSaveExecutor");
		});
		return writers;
	}

	/** What the first task threw that failed. */
	@Nullable Throwable failure() {
		return this.failure;
	}

	private void replace(FileStore<?> store, String field) {
		try {
			Field executor = FileStore.class.getDeclaredField(field);
			executor.setAccessible(true);
			if (executor.get(store) instanceof ThreadPoolExecutor replaced && !(replaced instanceof Watched)) {
				executor.set(store, new Watched());
				replaced.shutdown();
			}
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			throw new IllegalStateException("H2 has changed: its writers cannot be watched", ex);
		}
	}

	private void run(Runnable task) {
		if (this.failure != null) {
			throw new IllegalStateException("H2 writes no more", this.failure);
		}
		try {
			task.run();
		}
		catch (Throwable ex) {
			this.failure = ex;
			ProcessEnd.end("H2 could not write", ex);
			throw ex;
		}
	}

	/**
	 * An executor without a thread: H2 asks for this type, hands tasks over by one
	 * method, and does so under a lock, one after the other.
	 */
	private final class Watched extends ThreadPoolExecutor {

		private Watched() {
			super(0, 1, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>());
		}

		@Override
		public Future<?> submit(Runnable task) {
			FutureTask<?> done = new FutureTask<>(() -> H2Writers.this.run(task), null);
			done.run();
			return done;
		}

	}

}
