package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Records of an outbox whose log is not what it was, kept beside it for a person to
 * judge: a file for each partition, as NDJSON that can be appended.
 */
final class LostRecords {

	private LostRecords() {
	}

	/**
	 * Writes records, and waits until they are on disk.
	 * @param outbox the directory of the outbox
	 * @param place their partition
	 * @param batches the records
	 * @return the file
	 */
	static Path keep(Path outbox, Place place, List<FormerBatch> batches) {
		Path directory = outbox.resolve("lost").resolve(place.topic());
		Path file = directory.resolve(place.partition() + ".ndjson");
		if (batches.isEmpty()) {
			return file;
		}
		try {
			Files.createDirectories(directory);
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
				for (FormerBatch batch : batches) {
					ByteBuffer lines = ByteBuffer.wrap(batch.load().body);
					while (lines.hasRemaining()) {
						channel.write(lines);
					}
				}
				channel.force(true);
			}
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The records of " + place + " cannot be kept in " + file + ": " + ex, ex);
		}
	}

}
