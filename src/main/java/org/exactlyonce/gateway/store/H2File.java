package org.exactlyonce.gateway.store;

import java.util.concurrent.locks.ReentrantLock;

import org.h2.mvstore.MVStore;

/**
 * One opening of an H2 file, and its syncs: one at a time, each for all who wait for it.
 * When H2 closes itself, say on a full disk, and the next connection opens the file
 * again, that is another opening: a commit of the first may be lost, and only a sync of
 * the first can tell.
 * <p>
 * {@code CHECKPOINT SYNC} leaves a gap: if H2's background writer took the commit a
 * moment before, the statement finds nothing to write and syncs the file before the
 * writer has written. So the same three steps are taken on H2's own API: write what is
 * not written, wait for writers under way, force the file.
 */
final class H2File {

	private final MVStore file;

	private final ReentrantLock syncing = new ReentrantLock();

	private volatile long started;

	private volatile long finished;

	H2File(MVStore file) {
		this.file = file;
	}

	boolean isClosed() {
		return this.file.isClosed();
	}

	/**
	 * Returns after a sync that began after this call.
	 * @throws StoreSyncException if the file was closed or could not be written
	 */
	void sync() {
		long before = this.started;
		this.syncing.lock();
		try {
			if (this.finished > before) {
				return;
			}
			long number = this.started + 1;
			this.started = number;
			if (this.file.commit() >= 0) {
				this.file.sync(); // what was under way before is written, too: H2 writes
									// in order
			}
			else {
				this.file.executeFilestoreOperation(this.file::sync);
			}
			if (this.file.isClosed()) {
				throw new IllegalStateException("H2 closed the file while it was synced");
			}
			this.finished = number;
		}
		catch (RuntimeException ex) {
			throw new StoreSyncException(ex);
		}
		finally {
			this.syncing.unlock();
		}
	}

}
