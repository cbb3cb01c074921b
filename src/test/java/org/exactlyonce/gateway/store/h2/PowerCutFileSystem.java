package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file system for H2, {@code jdbc:h2:powercut:…}, that knows what a power cut would
 * leave: the writes that were complete before the last completed force began. It can also
 * hold back the writes of H2's own background threads. One database at a time.
 */
public final class PowerCutFileSystem extends FilePathWrapper {

	private static final Object monitor = new Object();

	private static List<Change> unforced = new ArrayList<>();

	private static List<Change> forced = new ArrayList<>();

	private static volatile CountDownLatch gate = new CountDownLatch(0);

	private static int held;

	/** Starts anew, with an empty disk. */
	static void reset() {
		FilePath.register(new PowerCutFileSystem());
		synchronized (monitor) {
			unforced = new ArrayList<>();
			forced = new ArrayList<>();
		}
		release();
	}

	/** From now on the writes of H2's background threads wait. */
	static void hold() {
		gate = new CountDownLatch(1);
	}

	static void release() {
		gate.countDown();
	}

	/** How many writes wait now. */
	static int held() {
		synchronized (monitor) {
			return held;
		}
	}

	/** Writes what a power cut at this moment would leave of the database. */
	static void cutPower(Path file) throws IOException {
		List<Change> survived;
		synchronized (monitor) {
			survived = List.copyOf(forced);
		}
		try (FileChannel disk = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
				StandardOpenOption.TRUNCATE_EXISTING)) {
			for (Change change : survived) {
				change.applyTo(disk);
			}
		}
	}

	@Override
	public String getScheme() {
		return "powercut";
	}

	@Override
	public FileChannel open(String mode) throws IOException {
		FileChannel channel = super.open(mode);
		return name.endsWith(".mv.db") ? new Disk(channel) : channel;
	}

	private static void awaitGate() {
		if (!Thread.currentThread().getName().startsWith("H2-save")) {
			return;
		}
		synchronized (monitor) {
			held++;
		}
		try {
			gate.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			synchronized (monitor) {
				held--;
			}
		}
	}

	private static void changed(Change change) {
		synchronized (monitor) {
			unforced.add(change);
		}
	}

	/** A write, or a truncation if there are no bytes. */
	private record Change(long position, byte[] bytes) {

		private void applyTo(FileChannel disk) throws IOException {
			if (this.bytes.length == 0) {
				disk.truncate(this.position);
			}
			else {
				disk.write(ByteBuffer.wrap(this.bytes), this.position);
			}
		}

	}

	private static final class Disk extends FileBase {

		private final FileChannel channel;

		private Disk(FileChannel channel) {
			this.channel = channel;
		}

		@Override
		public int write(ByteBuffer source, long position) throws IOException {
			awaitGate();
			byte[] bytes = new byte[source.remaining()];
			source.duplicate().get(bytes);
			int written = this.channel.write(source, position);
			changed(new Change(position, java.util.Arrays.copyOf(bytes, written)));
			return written;
		}

		@Override
		public int write(ByteBuffer source) {
			throw new UnsupportedOperationException("H2 writes at positions only");
		}

		@Override
		public FileChannel truncate(long size) throws IOException {
			this.channel.truncate(size);
			changed(new Change(size, new byte[0]));
			return this;
		}

		@Override
		public void force(boolean metaData) throws IOException {
			int complete;
			synchronized (monitor) {
				complete = unforced.size();
			}
			this.channel.force(metaData);
			synchronized (monitor) {
				List<Change> done = unforced.subList(0, complete);
				forced.addAll(done);
				done.clear();
			}
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
