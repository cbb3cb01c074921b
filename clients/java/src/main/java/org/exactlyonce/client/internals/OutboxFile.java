package org.exactlyonce.client.internals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Frames in a file: a mark, the length, the CRC-32C and the bytes of each. A frame is
 * written in one piece and synced before the next, so a broken one can only be the last,
 * unless the disk has lost what it had.
 */
final class OutboxFile {

	private static final System.Logger logger = System.getLogger(OutboxFile.class.getName());

	private static final int MARK = 0x454f4f42;

	private static final int HEAD = 12;

	private OutboxFile() {
	}

	/**
	 * Reads the frames of a file.
	 * @param file the file
	 * @param last whether it is the last one, in which a broken tail is cut off
	 * @return the frames
	 * @throws IOException if it cannot be read
	 * @throws IllegalStateException if it is broken, and not only in its tail
	 */
	static List<Frame> read(Path file, boolean last) throws IOException {
		ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
		List<Frame> frames = new ArrayList<>();
		int at = 0;
		for (ByteBuffer frame = frame(bytes, at); frame != null; frame = frame(bytes, at)) {
			frames.add(new Frame(at + HEAD, frame));
			at += HEAD + frame.remaining();
		}
		if (at < bytes.limit()) {
			if (!last || hasFrameBehind(bytes, at)) {
				throw new IllegalStateException("The outbox is broken in its middle: " + file.getFileName()
						+ " at byte " + at + ". What it had is lost; to go on without it, move the directory away.");
			}
			int broken = bytes.limit() - at;
			logger.log(System.Logger.Level.WARNING, () -> "The outbox was not written to its end: the last " + broken
					+ " bytes of " + file.getFileName() + " are cut off. They were never sent.");
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
				channel.truncate(at);
				channel.force(true);
			}
		}
		return frames;
	}

	private static ByteBuffer frame(ByteBuffer bytes, int at) {
		if (at + HEAD > bytes.limit() || bytes.getInt(at) != MARK) {
			return null;
		}
		int length = bytes.getInt(at + 4);
		if (length < 0 || length > bytes.limit() - at - HEAD) {
			return null;
		}
		ByteBuffer frame = bytes.slice(at + HEAD, length);
		return (crc(frame) == bytes.getInt(at + 8)) ? frame : null;
	}

	private static boolean hasFrameBehind(ByteBuffer bytes, int broken) {
		for (int at = broken + 1; at + HEAD <= bytes.limit(); at++) {
			if (frame(bytes, at) != null) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Writes a frame, and waits until it is on disk.
	 * @param channel the file
	 * @param payload the bytes
	 * @throws IOException if it cannot be written
	 */
	static void write(FileChannel channel, byte[] payload) throws IOException {
		ByteBuffer frame = ByteBuffer.allocate(HEAD + payload.length);
		frame.putInt(MARK).putInt(payload.length).putInt(crc(ByteBuffer.wrap(payload))).put(payload).flip();
		while (frame.hasRemaining()) {
			channel.write(frame);
		}
		channel.force(false);
	}

	/**
	 * Waits until new names of files are on disk.
	 * @param directory their directory
	 */
	static void syncDirectory(Path directory) {
		try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
			entries.force(true);
		}
		catch (IOException ex) {
			// Windows cannot sync a directory, and need not.
		}
	}

	private static int crc(ByteBuffer bytes) {
		CRC32C crc = new CRC32C();
		crc.update(bytes.duplicate());
		return (int) crc.getValue();
	}

	/**
	 * A frame.
	 *
	 * @param position where its bytes begin in the file
	 * @param bytes the bytes
	 */
	record Frame(long position, ByteBuffer bytes) {

	}

}
