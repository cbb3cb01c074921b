package org.exactlyonce.gateway.store.h2;

import java.lang.reflect.Field;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.exactlyonce.gateway.process.ProcessEnd;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/**
 * The two threads in which H2 serialises and writes its chunks. H2 keeps what they throw
 * in a future that it seldom asks; when it has no memory to wrap an
 * {@link OutOfMemoryError}, it does not even close itself. It goes on with the next
 * chunk, which refers to the one that is missing and lets older ones be overwritten. So
 * these threads take no task after the first that failed, and end the process.
 */
final class H2Writers {

	private volatile @Nullable Throwable failure;

	/**
	 * Takes the place of H2's own threads. There is nothing to do when H2 writes in the
	 * caller's thread.
	 * @param file an open file
	 * @return its writers
	 */
	static H2Writers of(MVStore file) {
		H2Writers writers = new H2Writers();
		// waits for tasks under way, and lets none begin
		file.executeFilestoreOperation(() -> {
			writers.replace(file.getFileStore(), "serializationExecutor", "H2-serialization");
			writers.replace(file.getFileStore(), "bufferSaveExecutor", "H2-save");
		});
		return writers;
	}

	/** What the first task threw that failed. */
	@Nullable Throwable failure() {
		return this.failure;
	}

	private void replace(FileStore<?> store, String field, String thread) {
		try {
			Field executor = FileStore.class.getDeclaredField(field);
			executor.setAccessible(true);
			if (executor.get(store) instanceof ThreadPoolExecutor replaced && !(replaced instanceof Watched)) {
				executor.set(store, new Watched(thread));
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

	/** One thread, in order, as H2 makes it. */
	private final class Watched extends ThreadPoolExecutor {

		private Watched(String name) {
			super(1, 1, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), (task) -> {
				Thread thread = new Thread(task, name);
				thread.setDaemon(true);
				return thread;
			});
		}

		@Override
		public Future<?> submit(Runnable task) {
			return super.submit(() -> H2Writers.this.run(task));
		}

	}

}
