package org.exactlyonce.client.internals;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Records that a former process left in the outbox: where they are, not their bytes, of
 * which there may be more than there is memory.
 *
 * @param file the file
 * @param position where the lines of the batch begin in it
 * @param length how many bytes these are
 * @param place the partition
 * @param base the sequence of the first record
 * @param first the line of the first record, from 0
 * @param count how many records
 */
record FormerBatch(Path file, long position, int length, Place place, long base, int first, int count) {

	/** The sequence behind its last. */
	long end() {
		return this.base + this.count;
	}

	/**
	 * The records below a sequence.
	 * @param sequence the sequence
	 * @return another batch, or this
	 */
	FormerBatch upTo(long sequence) {
		int kept = (int) Math.min(this.count, sequence - this.base);
		return new FormerBatch(this.file, this.position, this.length, this.place, this.base, this.first, kept);
	}

	/**
	 * The records from a sequence on.
	 * @param sequence the sequence
	 * @return another batch, or this
	 */
	FormerBatch from(long sequence) {
		int dropped = (int) Math.max(0, sequence - this.base);
		return new FormerBatch(this.file, this.position, this.length, this.place, this.base + dropped,
				this.first + dropped, this.count - dropped);
	}

	/**
	 * The records from a sequence on.
	 * @param batches batches in the order of their sequences
	 * @param sequence the sequence
	 * @return what is left of them
	 */
	static List<FormerBatch> from(Collection<FormerBatch> batches, long sequence) {
		return batches.stream().filter((batch) -> batch.end() > sequence).map((batch) -> batch.from(sequence)).toList();
	}

	FormerBatch movedDown(long by) {
		return new FormerBatch(this.file, this.position, this.length, this.place, this.base - by, this.first,
				this.count);
	}

	/**
	 * Reads the bytes.
	 * @return the batch
	 */
	Batch load() {
		ByteBuffer body = ByteBuffer.allocate(this.length);
		try (FileChannel channel = FileChannel.open(this.file)) {
			while (body.hasRemaining()) {
				if (channel.read(body, this.position + body.position()) < 0) {
					throw new EOFException();
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The outbox cannot be read: " + ex, ex);
		}
		return Batch.restored(this.place, this.base, lines(body.array()));
	}

	private List<byte[]> lines(byte[] body) {
		List<byte[]> lines = new ArrayList<>();
		int start = 0;
		int line = 0;
		for (int i = 0; i < body.length; i++) {
			if (body[i] == '\n') {
				if (line >= this.first && lines.size() < this.count) {
					lines.add(Arrays.copyOfRange(body, start, i + 1));
				}
				line++;
				start = i + 1;
			}
		}
		return lines;
	}

}
