package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Records of an outbox whose log is not what it was, kept beside it for a person to
 * judge: a file by partition and first sequence, as NDJSON that can be appended. It is
 * there in full or not at all, and once, however often the outbox is found to be so.
 */
final class LostRecords {

	private LostRecords() {
	}

	/**
	 * Writes records, and waits until they are on disk.
	 * @param outbox the directory of the outbox
	 * @param place their partition
	 * @param batches the records, one at least
	 * @return the file
	 */
	static Path keep(Path outbox, Place place, List<FormerBatch> batches) {
		Path directory = outbox.resolve("lost").resolve(place.topic());
		String name = place.partition() + "-" + batches.get(0).base();
		try {
			Files.createDirectories(directory);
			Path written = directory.resolve(name + ".new");
			write(written, batches);
			Path file = directory.resolve(name + ".ndjson");
			// What was lost under the same sequences before is not overwritten.
			for (int i = 2; Files.exists(file) && Files.mismatch(file, written) >= 0; i++) {
				file = directory.resolve(name + "-" + i + ".ndjson");
			}
			Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
			List.of(directory, directory.getParent(), outbox).forEach(OutboxFile::syncDirectory);
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The records of " + place + " cannot be kept in " + directory + ": " + ex,
					ex);
		}
	}

	private static void write(Path file, List<FormerBatch> batches) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
				StandardOpenOption.TRUNCATE_EXISTING)) {
			for (FormerBatch batch : batches) {
				ByteBuffer lines = ByteBuffer.wrap(batch.load().body);
				while (lines.hasRemaining()) {
					channel.write(lines);
				}
			}
			channel.force(true);
		}
	}

}
