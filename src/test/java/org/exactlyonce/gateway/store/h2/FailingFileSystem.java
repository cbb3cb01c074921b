package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file system for H2, {@code jdbc:h2:failing:…}, in which one chosen write or force
 * fails. Nothing reaches the disk once it is frozen, as after the end of the process. One
 * database at a time.
 */
public final class FailingFileSystem extends FilePathWrapper {

	private static Fault fault = Fault.NONE;

	private static int countdown = -1;

	private static boolean frozen;

	/** Starts anew, without a fault. */
	static synchronized void reset() {
		FilePath.register(new FailingFileSystem());
		fault = Fault.NONE;
		countdown = -1;
		frozen = false;
	}

	/**
	 * Lets one operation fail.
	 * @param step which one from now on, the first is 0
	 * @param how what it does
	 */
	static synchronized void failAt(int step, Fault how) {
		countdown = step;
		fault = how;
	}

	/** Whether the chosen operation has not come yet. */
	static synchronized boolean isAhead() {
		return countdown >= 0;
	}

	static synchronized void freeze() {
		frozen = true;
	}

	private static synchronized Fault next() throws IOException {
		if (frozen) {
			throw new IOException("The process has ended");
		}
		return (countdown-- == 0) ? fault : Fault.NONE;
	}

	@Override
	public String getScheme() {
		return "failing";
	}

	@Override
	public FileChannel open(String mode) throws IOException {
		FileChannel channel = super.open(mode);
		return name.endsWith(".mv.db") ? new Disk(channel) : channel;
	}

	/** What goes wrong. */
	enum Fault {

		NONE, OUT_OF_MEMORY, HALF_AND_FAILED, HALF

	}

	/** There is no memory left even to report it. */
	static final class Starved extends OutOfMemoryError {

		private static final long serialVersionUID = 1L;

		@Override
		public String toString() {
			throw this;
		}

	}

	private static final class Disk extends FileBase {

		private final FileChannel channel;

		private Disk(FileChannel channel) {
			this.channel = channel;
		}

		@Override
		public int write(ByteBuffer source, long position) throws IOException {
			Fault how = next();
			if (how == Fault.OUT_OF_MEMORY) {
				throw new Starved();
			}
			if (how == Fault.NONE || source.remaining() < 2) {
				return this.channel.write(source, position);
			}
			int end = source.limit();
			source.limit(source.position() + source.remaining() / 2);
			int written = this.channel.write(source, position);
			source.limit(end);
			if (how == Fault.HALF_AND_FAILED) {
				throw new IOException("No space left on device");
			}
			return written;
		}

		@Override
		public void force(boolean metaData) throws IOException {
			Fault how = next();
			if (how == Fault.OUT_OF_MEMORY) {
				throw new Starved();
			}
			if (how == Fault.HALF_AND_FAILED) {
				throw new IOException("Input/output error");
			}
			this.channel.force(metaData);
		}

		@Override
		public FileChannel truncate(long size) throws IOException {
			next();
			this.channel.truncate(size);
			return this;
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			return this.channel.read(target);
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			return this.channel.read(target, position);
		}

		@Override
		public int write(ByteBuffer source) {
			throw new UnsupportedOperationException("H2 writes at positions only");
		}

		@Override
		public long position() throws IOException {
			return this.channel.position();
		}

		@Override
		public FileChannel position(long position) throws IOException {
			this.channel.position(position);
			return this;
		}

		@Override
		public long size() throws IOException {
			return this.channel.size();
		}

		@Override
		public FileLock tryLock(long position, long size, boolean shared) throws IOException {
			return this.channel.tryLock(position, size, shared);
		}

		@Override
		protected void implCloseChannel() throws IOException {
			this.channel.close();
		}

	}

}
