package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;

/**
 * A copy of an H2 file that is open. It is read by H2's own channel, since H2's lock
 * keeps others out on some systems, and H2 writes nothing meanwhile.
 */
final class H2FileCopy {

	private static final int PIECE_BYTES = 1 << 20;

	private H2FileCopy() {
	}

	/**
	 * Copies all that is committed, and forces the copy.
	 * @param opened the file
	 * @param path the copy
	 * @throws IOException if the copy could not be written
	 */
	static void write(MVStore opened, Path path) throws IOException {
		opened.commit();
		try (FileChannel target = FileChannel.open(path, StandardOpenOption.CREATE,
				StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
			IOException[] failed = new IOException[1];
			opened.executeFilestoreOperation(() -> {
				try {
					copy(opened.getFileStore(), target);
				}
				catch (IOException ex) {
					failed[0] = ex; // or H2 would close itself
				}
			});
			if (failed[0] != null) {
				throw failed[0];
			}
			target.force(true);
		}
	}

	private static void copy(FileStore<?> source, FileChannel target) throws IOException {
		long size = source.size();
		for (long position = 0; position < size;) {
			ByteBuffer piece = source.readFully(null, position, (int) Math.min(PIECE_BYTES, size - position));
			position += piece.remaining();
			while (piece.hasRemaining()) {
				target.write(piece);
			}
		}
	}

}
