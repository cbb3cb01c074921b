package org.exactlyonce.gateway.store.h2;

import java.util.concurrent.locks.ReentrantLock;

import org.exactlyonce.gateway.process.ProcessEnd;
import org.exactlyonce.gateway.store.StoreSyncException;
import org.h2.engine.Database;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of an H2 file, and its syncs: one at a time, each for all calls that wait
 * for it. A file that H2 has failed to write once is not written, synced or opened again
 * by this process, for what is in memory may not match it: the process ends. When H2
 * closes it in good order, with its last connection, the next one opens it again; that is
 * another opening, and only a sync of the first covers its commits.
 * <p>
 * {@code CHECKPOINT SYNC} leaves a gap: if H2's background writer took the commit a
 * moment before, the statement finds nothing to write and syncs the file before the
 * writer has written. So the same three steps are taken on H2's own API: write what is
 * not written, wait for writers under way, force the file.
 */
final class H2File {

	private static final Logger log = LoggerFactory.getLogger(H2File.class);

	private static final String FAILED = "H2 could not write its file";

	/** All chunks with dead pages are rewritten: H2 leaves those without as they are. */
	private static final int FULL_PERCENT = 100;

	/** H2 rounds up: a file without a hole has 100. */
	private static final int WITH_HOLES_PERCENT = 99;

	/** Steps without a gain, as H2 skips one where it does not get its lock at once. */
	private static final int LEAST_STEPS = 10;

	private final Database database;

	private final MVStore file;

	private final H2Writers writers;

	private final H2Place place;

	private final ReentrantLock syncing = new ReentrantLock();

	private volatile @Nullable Throwable failure;

	private volatile long started;

	private volatile long finished;

	/** The shortest that the file has been, and the fullest its chunks. */
	private long shortest;

	private int fullest;

	/** Steps since there was a gain. */
	private long vain;

	/** What the file was like when there was no more to gain. */
	private String rest = "";

	H2File(Database database) {
		this.database = database;
		this.file = database.getStore().getMvStore();
		this.writers = H2Writers.of(this.file);
		this.place = new H2Place(this.file.getFileStore().getFileName());
	}

	MVStore store() {
		return this.file;
	}

	boolean isClosed() {
		look();
		return this.failure == null && this.file.isClosed();
	}

	/** Ends the process if H2 has failed to write, in whichever of its threads. */
	void look() {
		if (this.failure == null) {
			Throwable found = this.writers.failure();
			found = (found != null) ? found : this.file.getPanicException();
			found = (found != null) ? found : backgroundFailure();
			if (found != null) {
				failed(found);
			}
		}
	}

	/** What a thread met that could not even hand its work to the writers. */
	private @Nullable Throwable backgroundFailure() {
		Throwable found = this.database.getBackgroundException();
		for (Throwable cause = found; cause != null; cause = cause.getCause()) {
			if (cause instanceof Error || cause instanceof MVStoreException store
					&& store.getErrorCode() == DataUtils.ERROR_WRITING_FAILED) {
				return found;
			}
		}
		if (found != null) { // such as a damaged chunk that was to be moved
			log.warn("H2 failed in the background", found);
		}
		return null;
	}

	private void failed(Throwable cause) {
		this.failure = cause;
		ProcessEnd.end(FAILED, cause);
	}

	@Nullable String beyondRepair() {
		return (this.failure != null) ? FAILED : this.place.isLost() ? this.place.reason() : null;
	}

	/**
	 * Refuses a file that nothing can be acknowledged from.
	 * @throws StoreSyncException if H2 could not write it, or it was deleted
	 */
	void requireSound() {
		look();
		String reason = ProcessEnd.hasBegun() ? "The process ends" : beyondRepair();
		if (reason != null) {
			throw new StoreSyncException(new IllegalStateException(reason, this.failure));
		}
	}

	/**
	 * Returns after a sync that began after this call.
	 * @throws StoreSyncException if the file was closed or could not be written
	 */
	void sync() {
		long before = this.started;
		this.syncing.lock();
		try {
			if (this.finished <= before) {
				long number = this.started + 1;
				this.started = number;
				force();
				this.finished = number;
			}
			requireSound();
		}
		finally {
			this.syncing.unlock();
		}
	}

	/**
	 * Gives room that was freed within the file back to the disk, as far as that is done
	 * in one step: H2's own two, by which it tidies up. A hole goes through the file step
	 * by step before the file gets shorter, so they end after a pass without a gain. For
	 * one thread.
	 * <p>
	 * H2 frees what nothing that is written refers to any more. Without a sync between, a
	 * power cut could leave what is on the disk without what it refers to. More than its
	 * buffer at once it would write, and free, within the rewriting.
	 * @param most how many bytes are moved in a step
	 */
	void shrink(int most) {
		if (this.file.getFileStore() instanceof RandomAccessStore store) {
			sync();
			this.file.executeFilestoreOperation(store::dropUnusedChunks);
			int rewritten = Math.min(most, this.file.getAutoCommitMemory());
			long pass = LEAST_STEPS + store.size() / rewritten;
			compareWithLastStep(store, 2 * pass);
			if (this.vain <= pass) {
				this.file.compact(FULL_PERCENT, rewritten);
				sync();
			}
			if (this.vain <= 2 * pass) {
				// holes of the last rewritten chunks, too
				store.compactMoveChunks(WITH_HOLES_PERCENT, most, this.file);
			}
		}
	}

	/** The steps themselves make the file longer and shorter by the chunks they move. */
	private void compareWithLastStep(RandomAccessStore store, long most) {
		String now = fill(store);
		int full = store.getChunksFillRate();
		boolean rested = this.vain > most;
		if (store.size() < this.shortest || full > this.fullest || full < this.fullest - 1
				|| rested && !now.equals(this.rest)) {
			this.vain = 0;
			this.shortest = store.size();
			this.fullest = full;
		}
		else {
			this.vain++;
		}
		if (!rested) {
			this.rest = now;
		}
	}

	private static String fill(RandomAccessStore store) {
		return (store.size() >> 20) + " " + store.getFillRate() + " " + store.getChunksFillRate();
	}

	private void force() {
		try {
			if (this.file.commit() >= 0) {
				// what was under way before is written, too: the writers take no task
				// after one that failed
				this.file.sync();
			}
			else {
				this.file.executeFilestoreOperation(this.file::sync);
			}
			if (this.file.isClosed()) {
				throw new IllegalStateException("H2 closed the file while it was synced");
			}
		}
		catch (RuntimeException | Error ex) {
			// even when the next force would succeed, it would say nothing of this one
			if (ex instanceof Error || !this.file.isClosed() || this.file.getPanicException() != null) {
				failed(ex);
			}
			throw new StoreSyncException(ex);
		}
	}

}
