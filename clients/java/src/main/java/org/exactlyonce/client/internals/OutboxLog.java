package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of an outbox: entries are appended to the last, and the first is deleted when
 * all its batches are stored.
 */
final class OutboxLog {

	private final Path directory;

	private final Deque<Segment> segments = new ArrayDeque<>();

	private final Map<Place, Long> stored = new HashMap<>();

	/** How far partitions are stored, as the files say it. */
	private final Map<Place, Long> written = new HashMap<>();

	/** Partitions that may be stored further than the files say. */
	private final Set<Place> moved = new HashSet<>();

	private byte[] owner;

	private long number;

	private final OutboxTail tail;

	OutboxLog(Path directory) {
		this(directory, new OutboxTail());
	}

	OutboxLog(Path directory, OutboxTail tail) {
		this.directory = directory;
		this.tail = tail;
	}

	/**
	 * Reads what a former process left.
	 * @param entries takes it
	 * @throws IOException if it cannot be read
	 */
	void read(OutboxEntries entries) throws IOException {
		List<Path> files;
		try (Stream<Path> all = Files.list(this.directory)) {
			files = all.filter((file) -> file.getFileName().toString().endsWith(".log")).sorted().toList();
		}
		for (Path file : files) {
			for (OutboxFile.Frame frame : OutboxFile.read(file, file.equals(files.get(files.size() - 1)))) {
				entries.read(file, frame);
			}
			this.segments.add(new Segment(file, new HashMap<>()));
			this.number = Long.parseLong(file.getFileName().toString().replace(".log", "")) + 1;
		}
		this.written.putAll(entries.stored());
		Map<Path, Segment> byFile = new HashMap<>();
		this.segments.forEach((segment) -> byFile.put(segment.file(), segment));
		entries.all()
			.forEach((place, batches) -> batches.forEach((batch) -> byFile.get(batch.file()).add(place, batch.end())));
	}

	/**
	 * Says what each new file begins with.
	 * @param entry whose it is
	 */
	void setOwner(byte[] entry) {
		this.owner = entry;
	}

	void write(Collection<Batch> batches) {
		batches.forEach((batch) -> this.moved.add(batch.place));
		append(unwritten(), batches);
		batches.forEach((batch) -> this.segments.getLast().add(batch.place, batch.end()));
	}

	/** What the files do not say yet. */
	private Map<Place, Long> unwritten() {
		Map<Place, Long> unwritten = new HashMap<>();
		for (Place place : this.moved) {
			long sequence = this.stored.getOrDefault(place, 0L);
			if (sequence != this.written.getOrDefault(place, 0L)) {
				unwritten.put(place, sequence);
			}
		}
		return unwritten;
	}

	private void append(Map<Place, Long> unwritten, Collection<Batch> batches) {
		append(OutboxEntries.frame(unwritten, batches));
		this.moved.clear();
		this.written.putAll(unwritten);
	}

	void remove(Removal removal) {
		Place place = removal.place();
		if (this.segments.stream().anyMatch((segment) -> segment.end(place) > removal.from())) {
			append(OutboxEntries.removal(removal));
			this.segments.forEach((segment) -> segment.ends().computeIfPresent(place, (key, end) -> removal.end(end)));
			this.written.computeIfPresent(place, (key, sequence) -> Math.min(sequence, removal.from()));
		}
	}

	private void append(byte[] entries) {
		try {
			if (this.tail.isFull()) {
				roll();
			}
			this.tail.append(this.owner, entries);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The outbox cannot be written: " + ex.getMessage(), ex);
		}
	}

	private void roll() throws IOException {
		Path file = this.directory.resolve(String.format("%020d.log", this.number++));
		this.tail.begin(file);
		this.segments.add(new Segment(file, new HashMap<>()));
		OutboxFile.syncDirectory(this.directory);
	}

	/**
	 * Learns how far a partition is stored. Deletes what is no longer needed.
	 * @param place the partition
	 * @param sequence all below it is stored
	 */
	void stored(Place place, long sequence) {
		if (sequence > this.stored.getOrDefault(place, -1L)) {
			this.stored.put(place, sequence);
			this.moved.add(place);
			deleteStored(1);
		}
	}

	private void deleteStored(int kept) {
		while (this.segments.size() > kept && this.segments.getFirst().isStored(this.stored)) {
			try {
				Files.deleteIfExists(this.segments.removeFirst().file());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/**
	 * Closes it.
	 * @param delete whether to delete what is stored, the last file, too, and to say of
	 * the rest how far it is stored
	 * @throws IOException if it cannot be closed
	 */
	void close(boolean delete) throws IOException {
		if (delete) {
			if (this.segments.stream().allMatch((segment) -> segment.isStored(this.stored))) {
				this.tail.close();
			}
			deleteStored(0);
			Map<Place, Long> unwritten = (this.segments.isEmpty() || this.tail.isTorn()) ? Map.of() : unwritten();
			if (!unwritten.isEmpty()) {
				append(unwritten, List.of());
			}
		}
		this.tail.close();
	}

	/**
	 * A file.
	 *
	 * @param file the file
	 * @param ends the sequence behind the last that it has, by partition
	 */
	private record Segment(Path file, Map<Place, Long> ends) {

		void add(Place place, long end) {
			this.ends.merge(place, end, Math::max);
		}

		long end(Place place) {
			return this.ends.getOrDefault(place, 0L);
		}

		boolean isStored(Map<Place, Long> stored) {
			return this.ends.entrySet()
				.stream()
				.allMatch((end) -> end.getValue() <= stored.getOrDefault(end.getKey(), 0L));
		}

	}

}
