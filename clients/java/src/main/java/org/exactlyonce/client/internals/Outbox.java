package org.exactlyonce.client.internals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * Keeps frozen batches on disk from before they are sent until they are stored, so that a
 * crash of this process loses none. One process at a time has it. Used by the producer's
 * thread only.
 */
final class Outbox implements AutoCloseable {

	private static final System.Logger logger = System.getLogger(Outbox.class.getName());

	private final Path directory;

	private final String name;

	private final OutboxLock lock;

	private final OutboxEntries former = new OutboxEntries();

	private final OutboxLog log;

	/** Partitions whose log is not what it was, and why. */
	private final Map<Place, LogMismatchException> lost = new TreeMap<>();

	private Outbox(Path directory, String name, OutboxLock lock) {
		this.directory = directory;
		this.name = name;
		this.lock = lock;
		this.log = new OutboxLog(directory);
	}

	/**
	 * Opens an outbox, and reads what a former process left.
	 * @param directory its directory, for this producer alone
	 * @param name the producer's name
	 * @return the outbox
	 * @throws IllegalStateException if it is in use, another producer's, or broken in its
	 * middle
	 */
	static Outbox open(Path directory, String name) {
		try {
			OutboxLock lock = OutboxLock.of(directory);
			Outbox outbox = new Outbox(directory, name, lock);
			try {
				outbox.read();
				return outbox;
			}
			catch (IOException | RuntimeException ex) {
				lock.close();
				throw ex;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read() throws IOException {
		this.log.read(this.former);
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
	 * Drops what was marked as stored of what a former process left, and gives the rest:
	 * what the log has under its sequences may be somebody else's. What does not go on
	 * where the log ends is put aside, and its partition is {@link #lost}.
	 * @param identity what the gateway answered to the registration
	 * @return the batches to send, by partition
	 * @throws LogMismatchException if they are another producer's
	 */
	Map<Place, List<FormerBatch>> restore(Identity identity) {
		Map<Place, List<FormerBatch>> rest = new TreeMap<>();
		this.former.all().forEach((place, batches) -> {
			long marked = Math.min(this.former.stored(place), identity.nextSequence(place));
			rest.put(place, FormerBatch.from(batches, marked));
		});
		if (this.former.producerId() != identity.producerId() && !rest.values().stream().allMatch(List::isEmpty)) {
			throw new LogMismatchException("The outbox has records of producer " + this.former.producerId()
					+ ", the log knows " + this.name + " as " + identity.producerId() + '.', null, null);
		}
		this.log.setOwner(OutboxEntries.owner(this.name, identity.producerId()));
		rest.forEach((place, batches) -> check(place, batches, identity.nextSequence(place)));
		rest.keySet().removeAll(this.lost.keySet());
		rest.values().removeIf(List::isEmpty);
		this.former.all().clear();
		return rest;
	}

	private void check(Place place, List<FormerBatch> batches, long next) {
		LogMismatchException mismatch = batches.isEmpty() ? null : mismatch(place, batches, next);
		if (mismatch != null) {
			lose(place, FormerBatch.from(batches, this.former.stored(place)), mismatch);
			this.lost.put(place, mismatch);
		}
		stored(place, (batches.isEmpty() || mismatch != null) ? next : batches.get(0).base());
	}

	/**
	 * Keeps in a file of its own what will never be stored, and removes all of its
	 * partition.
	 * @param place the partition
	 * @param batches the records
	 * @param why why the log does not take them
	 */
	void lose(Place place, List<FormerBatch> batches, GatewayException why) {
		String what = batches.isEmpty() ? "It has no record that was not stored: " : "What was not stored is in "
				+ LostRecords.keep(this.directory, place, batches) + ", and will not be sent: ";
		logger.log(System.Logger.Level.ERROR,
				() -> "The outbox " + this.directory + " does not fit " + place + ". " + what + why.getMessage());
		this.log.remove(new Removal(place, 0, Removal.ALL));
	}

	/** Partitions that {@link #restore} found to take no more, and why. */
	Map<Place, LogMismatchException> lost() {
		return this.lost;
	}

	private LogMismatchException mismatch(Place place, List<FormerBatch> batches, long next) {
		if (next < this.former.stored(place)) {
			return mismatch(place, this.former.stored(place), next);
		}
		long expected = Math.min(next, batches.get(0).base());
		for (FormerBatch batch : batches) {
			if (batch.base() != expected) {
				return mismatch(place, batch.base(), expected);
			}
			expected = batch.end();
		}
		return null;
	}

	private static LogMismatchException mismatch(Place place, long sequence, long expected) {
		return new LogMismatchException("The outbox goes on at sequence " + sequence + " of " + place
				+ ", the log expects " + expected + ": records that were stored are no longer there.", null, null);
	}

	/**
	 * Writes batches, and waits until they are on disk.
	 * @param batches the batches
	 */
	void write(Collection<Batch> batches) {
		batches.forEach((batch) -> batch.onDisk = true);
		this.log.write(batches);
	}

	/**
	 * Removes records that will never be stored, and waits until that is on disk.
	 * @param removal which
	 */
	void remove(Removal removal) {
		this.log.remove(removal);
	}

	/**
	 * Learns how far a partition is stored.
	 * @param place the partition
	 * @param sequence all below it is stored
	 */
	void stored(Place place, long sequence) {
		this.log.stored(place, sequence);
	}

	/** Closes it; its files are gone if all is stored. */
	@Override
	public void close() {
		try {
			try {
				this.log.close(!hasFormer());
			}
			finally {
				this.lock.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
