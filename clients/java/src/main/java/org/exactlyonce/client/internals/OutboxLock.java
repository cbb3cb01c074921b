package org.exactlyonce.client.internals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps an outbox for one producer of one process. The lock of its file keeps other
 * processes out. Whoever closes that file takes it from the whole process, so this one
 * opens it once.
 */
final class OutboxLock implements AutoCloseable {

	/** The outboxes of this process, by their real paths. */
	private static final Set<Path> owned = ConcurrentHashMap.newKeySet();

	private final Path directory;

	/** Null if it is not open. */
	private FileChannel file;

	private OutboxLock(Path directory) {
		this.directory = directory;
	}

	/**
	 * Takes an outbox.
	 * @param directory its directory, which is made if there is none
	 * @return the lock
	 * @throws IOException if the file cannot be made or locked
	 * @throws IllegalStateException if the outbox is in use
	 */
	static OutboxLock of(Path directory) throws IOException {
		Path real = Files.createDirectories(directory).toRealPath();
		if (!owned.add(real)) {
			throw inUse(real);
		}
		OutboxLock lock = new OutboxLock(real);
		try {
			lock.lock();
			return lock;
		}
		catch (IOException | RuntimeException ex) {
			lock.close();
			throw ex;
		}
	}

	private void lock() throws IOException {
		this.file = FileChannel.open(this.directory.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		if (this.file.tryLock() == null) {
			throw inUse(this.directory);
		}
	}

	private static IllegalStateException inUse(Path directory) {
		return new IllegalStateException("The outbox " + directory + " is in use.");
	}

	@Override
	public void close() throws IOException {
		try {
			if (this.file != null) {
				this.file.close();
			}
		}
		finally {
			owned.remove(this.directory);
		}
	}

}
