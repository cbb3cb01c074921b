package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.exactlyonce.client.LogMismatchException;

/**
 * Keeps frozen batches on disk from before they are sent until they are stored, so that a
 * crash of this process loses none. One process at a time has it. Used by the producer's
 * thread only.
 */
final class Outbox implements AutoCloseable {

	private static final int SEGMENT_BYTES = 16 * 1024 * 1024;

	private final Path directory;

	private final String name;

	private final FileChannel lockFile;

	private final OutboxEntries former = new OutboxEntries();

	private final Deque<Segment> segments = new ArrayDeque<>();

	private final Map<Integer, Long> stored = new HashMap<>();

	private long producerId;

	private long number;

	private FileChannel current;

	private Outbox(Path directory, String name, FileChannel lockFile) {
		this.directory = directory;
		this.name = name;
		this.lockFile = lockFile;
	}

	/**
	 * Opens an outbox, and reads what a former process left.
	 * @param directory its directory, for this producer alone
	 * @param name the producer's name
	 * @return the outbox
	 * @throws IllegalStateException if another process has it, it is another producer's,
	 * or broken in its middle
	 */
	static Outbox open(Path directory, String name) {
		try {
			Files.createDirectories(directory);
			FileChannel lockFile = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			Outbox outbox = new Outbox(directory, name, lockFile);
			try {
				outbox.lock();
				outbox.read();
				return outbox;
			}
			catch (IOException | RuntimeException ex) {
				lockFile.close();
				throw ex;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void lock() throws IOException {
		FileLock lock = null;
		try {
			lock = this.lockFile.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			// by this process
		}
		if (lock == null) {
			throw new IllegalStateException("The outbox " + this.directory + " is in use.");
		}
	}

	private void read() throws IOException {
		List<Path> files;
		try (Stream<Path> all = Files.list(this.directory)) {
			files = all.filter((file) -> file.getFileName().toString().endsWith(".log")).sorted().toList();
		}
		for (Path file : files) {
			Segment segment = new Segment(file, new HashMap<>());
			for (ByteBuffer frame : OutboxFile.read(file, file.equals(files.get(files.size() - 1)))) {
				this.former.read(frame).forEach(segment::add);
			}
			this.segments.add(segment);
			this.number = Long.parseLong(file.getFileName().toString().replace(".log", "")) + 1;
		}
		if (this.former.name() != null && !this.former.name().equals(this.name)) {
			throw new IllegalStateException("The outbox " + this.directory + " belongs to the producer "
					+ this.former.name() + ", not to " + this.name + '.');
		}
	}

	/** Whether a former process left batches, stored or not. */
	boolean hasFormer() {
		return !this.former.all().isEmpty();
	}

	/**
	 * Drops what is stored of what a former process left, and gives the rest.
	 * @param identity what the gateway answered to the registration
	 * @return the batches to send, by partition
	 * @throws LogMismatchException if they do not go on where the log ends
	 */
	Map<Integer, List<Batch>> restore(Identity identity) {
		this.producerId = identity.producerId();
		Map<Integer, List<Batch>> rest = new HashMap<>();
		for (int partition : Set.copyOf(this.former.all().keySet())) {
			long next = identity.nextSequence(partition);
			List<Batch> batches = above(this.former.all().get(partition), next);
			if (!batches.isEmpty()) {
				check(batches, next, identity);
				rest.put(partition, batches);
			}
			stored(partition, next);
		}
		this.former.all().clear();
		return rest;
	}

	private static List<Batch> above(List<Batch> batches, long next) {
		List<Batch> above = new ArrayList<>();
		for (Batch batch : batches) {
			if (batch.base < next && next < batch.end()) {
				// It had been split, and its first half was stored.
				above.add(batch.from(next));
			}
			else if (batch.base >= next) {
				above.add(batch);
			}
		}
		return above;
	}

	private void check(List<Batch> batches, long next, Identity identity) {
		if (this.former.producerId() != identity.producerId()) {
			throw new LogMismatchException("The outbox has records of producer " + this.former.producerId()
					+ ", the log knows " + this.name + " as " + identity.producerId() + '.', null, null);
		}
		long expected = next;
		for (Batch batch : batches) {
			if (batch.base != expected) {
				throw new LogMismatchException(
						"The outbox goes on at sequence " + batch.base + " of partition " + batch.partition
								+ ", the log expects " + expected + ": records that were stored are no longer there.",
						null, null);
			}
			expected = batch.end();
		}
	}

	/**
	 * Writes batches, and waits until they are on disk.
	 * @param batches the batches
	 */
	void write(Collection<Batch> batches) {
		append(OutboxEntries.batches(batches));
		batches.forEach((batch) -> this.segments.getLast().add(batch.partition, batch.end()));
	}

	/**
	 * Makes batches void that can never be stored, and waits until that is on disk.
	 * @param partition their partition
	 * @param sequence from which on
	 */
	void voidFrom(int partition, long sequence) {
		if (this.segments.stream().anyMatch((segment) -> segment.ends().getOrDefault(partition, 0L) > sequence)) {
			append(OutboxEntries.voidFrom(partition, sequence));
			this.segments.forEach(
					(segment) -> segment.ends().computeIfPresent(partition, (key, end) -> Math.min(end, sequence)));
		}
	}

	private void append(byte[] entries) {
		try {
			if (this.current == null || this.current.size() > SEGMENT_BYTES) {
				roll();
			}
			OutboxFile.write(this.current, entries);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The outbox cannot be written: " + ex.getMessage(), ex);
		}
	}

	private void roll() throws IOException {
		closeCurrent();
		Path file = this.directory.resolve(String.format("%020d.log", this.number++));
		this.current = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
		this.segments.add(new Segment(file, new HashMap<>()));
		OutboxFile.write(this.current, OutboxEntries.owner(this.name, this.producerId));
		try (FileChannel entry = FileChannel.open(this.directory, StandardOpenOption.READ)) {
			entry.force(true);
		}
		catch (IOException ex) {
			// Windows cannot sync a directory, and need not.
		}
	}

	private void closeCurrent() throws IOException {
		if (this.current != null) {
			this.current.close();
			this.current = null;
		}
	}

	/**
	 * Learns how far a partition is stored. Deletes what is no longer needed.
	 * @param partition the partition
	 * @param sequence all below it is stored
	 */
	void stored(int partition, long sequence) {
		if (sequence > this.stored.getOrDefault(partition, -1L)) {
			this.stored.put(partition, sequence);
			while (this.segments.size() > 1 && isStored(this.segments.getFirst())) {
				delete();
			}
		}
	}

	private boolean isStored(Segment segment) {
		return segment.ends()
			.entrySet()
			.stream()
			.allMatch((end) -> end.getValue() <= this.stored.getOrDefault(end.getKey(), 0L));
	}

	private void delete() {
		try {
			Files.deleteIfExists(this.segments.removeFirst().file());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Closes it; its files are gone if all is stored. */
	@Override
	public void close() {
		try {
			closeCurrent();
			while (!this.segments.isEmpty() && !hasFormer() && isStored(this.segments.getFirst())) {
				delete();
			}
			this.lockFile.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A file.
	 *
	 * @param file the file
	 * @param ends the sequence behind the last that it has, by partition
	 */
	private record Segment(Path file, Map<Integer, Long> ends) {

		void add(int partition, long end) {
			this.ends.merge(partition, end, Math::max);
		}

	}

}
