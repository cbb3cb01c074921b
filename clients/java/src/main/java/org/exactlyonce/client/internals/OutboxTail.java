package org.exactlyonce.client.internals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The last file of an outbox, to which entries are appended. On a disk that is full an
 * entry is written in full or not at all.
 */
final class OutboxTail {

	private static final int SEGMENT_BYTES = 16 * 1024 * 1024;

	private final Creator creator;

	/** Null if there is none. */
	private FileChannel file;

	/**
	 * Whether the file ends in what may be a part of an entry. Behind that nothing may
	 * stand: only a broken tail can be cut off.
	 */
	private boolean torn;

	OutboxTail() {
		this((file) -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
	}

	OutboxTail(Creator creator) {
		this.creator = creator;
	}

	/** Whether nothing more can be written. */
	boolean isTorn() {
		return this.torn;
	}

	/**
	 * Whether the next entry is to be in a new file.
	 * @return false for one that is torn
	 * @throws IOException if the size of the file cannot be read
	 */
	boolean isFull() throws IOException {
		return !this.torn && (this.file == null || this.file.size() > SEGMENT_BYTES);
	}

	/**
	 * Begins a new file.
	 * @param path where it is to be
	 * @throws IOException if it cannot be made
	 */
	void begin(Path path) throws IOException {
		close();
		this.file = this.creator.create(path);
	}

	/**
	 * Writes an entry, and waits until it is on disk.
	 * @param owner what a file begins with
	 * @param entry the entry
	 * @throws IOException if it cannot be written; it is not in the file then, unless the
	 * file {@link #isTorn}
	 */
	void append(byte[] owner, byte[] entry) throws IOException {
		if (this.torn) {
			throw new IOException("it ends in an entry that was not written in full");
		}
		if (this.file.size() == 0) {
			write(owner);
		}
		write(entry);
	}

	private void write(byte[] entry) throws IOException {
		long size = this.file.size();
		try {
			OutboxFile.write(this.file, entry);
		}
		catch (IOException ex) {
			cutBack(size, ex);
			throw ex;
		}
	}

	private void cutBack(long size, IOException failure) {
		try {
			this.file.truncate(size);
			this.file.force(true);
		}
		catch (IOException ex) {
			this.torn = true;
			failure.addSuppressed(ex);
		}
	}

	void close() throws IOException {
		if (this.file != null) {
			this.file.close();
			this.file = null;
		}
	}

	/** Makes the files. */
	interface Creator {

		/**
		 * Makes a file.
		 * @param path its path, which has no file yet
		 * @return the file, empty, to be written
		 * @throws IOException if it cannot be made
		 */
		FileChannel create(Path path) throws IOException;

	}

}
