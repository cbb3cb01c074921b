package org.exactlyonce.gateway.proof.faults;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Everything that clients did and were answered in a run. Safe for all threads.
 */
final class History {

	private final Queue<SentAppend> appends = new ConcurrentLinkedQueue<>();

	private final Queue<Registration> registrations = new ConcurrentLinkedQueue<>();

	private final Queue<Sighting> sightings = new ConcurrentLinkedQueue<>();

	private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();

	private final AtomicLongArray ends;

	private final AtomicLong acknowledged = new AtomicLong();

	History(int partitions) {
		this.ends = new AtomicLongArray(partitions);
	}

	/** Notes an append before it is sent. */
	SentAppend invoke(SentAppend append) {
		this.appends.add(append);
		return append;
	}

	/**
	 * Notes a receipt.
	 * @param append whose it is
	 * @param baseOffset the offset of its first record
	 * @param lastOffset the offset of its last record
	 * @param duplicate whether the gateway called it a duplicate
	 */
	void stored(SentAppend append, long baseOffset, long lastOffset, boolean duplicate) {
		append.stored(baseOffset, lastOffset);
		sawEnd(append.partition(), lastOffset + 1);
		if (!duplicate) {
			this.acknowledged.addAndGet(append.count());
		}
	}

	/** Notes an answered registration. */
	void registered(Registration registration) {
		this.registrations.add(registration);
	}

	/** Notes what a reader was shown. */
	void saw(int partition, StoredRecord record) {
		this.sightings.add(new Sighting(partition, record.offset(), record.hashCode()));
	}

	/** Notes that a partition reaches this far at least. */
	void sawEnd(int partition, long end) {
		this.ends.accumulateAndGet(partition, end, Math::max);
	}

	/** The end of a partition that a client was shown. */
	long knownEnd(int partition) {
		return this.ends.get(partition);
	}

	/** Notes an answer that breaks the contract by itself. */
	void violated(Violation.Kind kind, String text) {
		this.violations.add(new Violation(kind, text));
	}

	/** Records that were acknowledged as new so far. */
	long acknowledged() {
		return this.acknowledged.get();
	}

	int partitions() {
		return this.ends.length();
	}

	List<SentAppend> appends() {
		return List.copyOf(this.appends);
	}

	long count(SentAppend.Outcome outcome) {
		return this.appends.stream().filter((append) -> append.outcome() == outcome).count();
	}

	List<Registration> registrations() {
		return List.copyOf(this.registrations);
	}

	List<Sighting> sightings() {
		return List.copyOf(this.sightings);
	}

	List<Violation> violations() {
		return List.copyOf(this.violations);
	}

	/**
	 * An answer to {@code POST /producers}.
	 *
	 * @param name the producer's name; null for an anonymous one
	 * @param producerId its id
	 * @param epoch its epoch
	 * @param positions the last sequence and offset of each partition it has written to
	 */
	record Registration(String name, long producerId, long epoch, Map<Integer, Position> positions) {

		long lastSequence(int partition) {
			Position position = this.positions.get(partition);
			return (position != null) ? position.lastSequence() : -1;
		}

	}

	/**
	 * Where a producer is in a partition.
	 *
	 * @param lastSequence the last committed sequence
	 * @param lastOffset its offset
	 */
	record Position(long lastSequence, long lastOffset) {
	}

	/**
	 * A record that a reader was shown.
	 *
	 * @param partition the partition
	 * @param offset the offset
	 * @param hash the hash of the whole record
	 */
	record Sighting(int partition, long offset, int hash) {
	}

}
