package org.exactlyonce.client.internals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file on a disk that can be full: it takes what there is room for, and refuses the
 * rest.
 */
final class FullDisk extends FileChannel {

	/** How many bytes there is room for. */
	static final class Room {

		long bytes = Long.MAX_VALUE;

		/** Whether a file can be cut. */
		boolean cuts = true;

		FileChannel create(Path file) throws IOException {
			return new FullDisk(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), this);
		}

	}

	private final FileChannel file;

	private final Room room;

	private FullDisk(FileChannel file, Room room) {
		this.file = file;
		this.room = room;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (this.room.bytes == 0) {
			throw new IOException("No space left on device");
		}
		int count = (int) Math.min(source.remaining(), this.room.bytes);
		this.file.write(source.slice(source.position(), count));
		source.position(source.position() + count);
		this.room.bytes -= count;
		return count;
	}

	@Override
	public FileChannel truncate(long size) throws IOException {
		if (!this.room.cuts) {
			throw new IOException("Input/output error");
		}
		this.file.truncate(size);
		return this;
	}

	@Override
	public long position() throws IOException {
		return this.file.position();
	}

	@Override
	public long size() throws IOException {
		return this.file.size();
	}

	@Override
	public void force(boolean metadata) throws IOException {
		this.file.force(metadata);
	}

	@Override
	protected void implCloseChannel() throws IOException {
		this.file.close();
	}

	@Override
	public int read(ByteBuffer target) {
		throw new UnsupportedOperationException();
	}

	@Override
	public long read(ByteBuffer[] targets, int offset, int length) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int read(ByteBuffer target, long position) {
		throw new UnsupportedOperationException();
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int write(ByteBuffer source, long position) {
		throw new UnsupportedOperationException();
	}

	@Override
	public FileChannel position(long position) {
		throw new UnsupportedOperationException();
	}

	@Override
	public long transferTo(long position, long count, WritableByteChannel target) {
		throw new UnsupportedOperationException();
	}

	@Override
	public long transferFrom(ReadableByteChannel source, long position, long count) {
		throw new UnsupportedOperationException();
	}

	@Override
	public MappedByteBuffer map(MapMode mode, long position, long size) {
		throw new UnsupportedOperationException();
	}

	@Override
	public FileLock lock(long position, long size, boolean shared) {
		throw new UnsupportedOperationException();
	}

	@Override
	public FileLock tryLock(long position, long size, boolean shared) {
		throw new UnsupportedOperationException();
	}

}
