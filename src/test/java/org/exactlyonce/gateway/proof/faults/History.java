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

	private final List<Place> places;

	private final AtomicLongArray starts;

	private final AtomicLongArray ends;

	private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

	private final AtomicLong acknowledged = new AtomicLong();

	/**
	 * Nothing yet.
	 * @param places the partitions, which are known by their index here
	 */
	History(List<Place> places) {
		this.places = places;
		this.starts = new AtomicLongArray(places.size());
		this.ends = new AtomicLongArray(places.size());
	}

	/** Notes an append before it is sent. */
	SentAppend invoke(SentAppend append) {
		this.appends.add(append);
		return append;
	}

	/**
	 * Notes a receipt.
	 * @param append whose it is
	 * @param baseOffset the offset of its first record; {@link SentAppend#NO_OFFSET} if
	 * that is deleted
	 * @param lastOffset the offset of its last record, the same
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

	/** Notes that a partition starts no earlier. */
	void sawStart(int partition, long start) {
		this.starts.accumulateAndGet(partition, start, Math::max);
	}

	/** The start of a partition that a client was shown. */
	long knownStart(int partition) {
		return this.starts.get(partition);
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

	List<Place> places() {
		return this.places;
	}

	/** The index of a partition; -1 if it is none of these. */
	int index(String topic, int number) {
		for (int i = 0; i < this.places.size(); i++) {
			if (this.places.get(i).topic().equals(topic) && this.places.get(i).number() == number) {
				return i;
			}
		}
		return -1;
	}

	/** Notes what a producer is to send next, when all is over. */
	void ended(Ended producer) {
		this.ended.add(producer);
	}

	List<Ended> ended() {
		return List.copyOf(this.ended);
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
	 * @param lastOffset its offset; {@link SentAppend#NO_OFFSET} if it is deleted
	 */
	record Position(long lastSequence, long lastOffset) {
	}

	/**
	 * Where a producer is in the end.
	 *
	 * @param producerId the producer
	 * @param next its next sequence in each partition it has written to
	 */
	record Ended(long producerId, Map<Integer, Long> next) {
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
