package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.List;

import org.exactlyonce.client.GatewayException;

/**
 * Records that are sent in one request, frozen: their bytes, their partition and their
 * sequences do not change. The bytes do not say who sends them, so they stay the same in
 * a new epoch.
 */
final class Batch {

	enum State {

		/** To be sent, or sent again. */
		READY,

		/** Under way. */
		IN_FLIGHT,

		/** The gateway has said so. */
		STORED,

		/** Its records have failed; they are told so when it is their turn. */
		FAILED,

		/** Its records are in other batches now, or are read from disk once more. */
		REPLACED

	}

	/** The base sequence without an identity. */
	static final long NONE = -1;

	final Place place;

	final long base;

	final List<PendingRecord> records;

	final byte[] body;

	/** Nanoseconds of the writer's clock; {@code Long.MAX_VALUE}: never. */
	long deadline;

	State state = State.READY;

	/** When it may be sent, in nanoseconds. */
	long notBefore = Long.MIN_VALUE;

	/** How often it was sent; answers to an older send no longer count. */
	int attempts;

	/** Retries since the last reason to wait no longer. */
	int retries;

	/** Whether it may be stored although nobody said so. */
	boolean inDoubt;

	/** Whether it is in the outbox, so that the next process may store it. */
	boolean onDisk;

	/** Whether it is stored for sure, and only its offset is asked for. */
	boolean committed;

	/** Whether it was told that its predecessors are missing. */
	boolean early;

	Answer answer;

	GatewayException failure;

	Batch(Place place, long base, List<PendingRecord> records, long deadline) {
		this(place, base, records, join(records), deadline);
	}

	private Batch(Place place, long base, List<PendingRecord> records, byte[] body, long deadline) {
		this.place = place;
		this.base = base;
		this.records = records;
		this.body = body;
		this.deadline = deadline;
	}

	/**
	 * A batch that a former process left in the outbox. Its records have no futures, and
	 * it has no deadline.
	 * @param place the partition
	 * @param base the base sequence
	 * @param lines the lines of its records
	 * @return the batch
	 */
	static Batch restored(Place place, long base, List<byte[]> lines) {
		List<PendingRecord> records = lines.stream().map((line) -> PendingRecord.restored(place, line)).toList();
		Batch batch = new Batch(place, base, records, Long.MAX_VALUE);
		batch.onDisk = true;
		return batch;
	}

	int count() {
		return this.records.size();
	}

	/** The sequence behind its last. */
	long end() {
		return this.base + count();
	}

	boolean isRestored() {
		return this.records.get(0).isRestored();
	}

	boolean isOpen() {
		return this.state == State.READY || this.state == State.IN_FLIGHT;
	}

	/** Whether nobody can rule out that it is, or will be, stored. */
	boolean mayBeStored() {
		return this.inDoubt || this.onDisk || this.state == State.IN_FLIGHT;
	}

	/**
	 * Learns that it is stored for sure. It is sent again for its offset.
	 * @param until the new deadline
	 */
	void commit(long until) {
		this.state = State.READY;
		this.notBefore = 0;
		this.committed = true;
		this.inDoubt = true;
		this.deadline = until;
	}

	void fail(GatewayException failure) {
		this.state = State.FAILED;
		this.failure = failure;
	}

	/**
	 * The same records under the same sequences in two batches.
	 * @return both
	 */
	List<Batch> split() {
		int middle = count() / 2;
		return List.of(part(0, middle), part(middle, count()));
	}

	/**
	 * The same records without one that has failed. It fails for sure, even if an earlier
	 * send of the same bytes was not answered: that would have been refused, too.
	 * @param index the place of that record
	 * @param failure why it has failed
	 * @return what is before it, it, and what is behind it, as far as there is any
	 */
	List<Batch> without(int index, GatewayException failure) {
		List<Batch> parts = new ArrayList<>();
		if (index > 0) {
			parts.add(part(0, index));
		}
		Batch failed = part(index, index + 1);
		failed.fail(failure);
		parts.add(failed);
		if (index + 1 < count()) {
			parts.add(part(index + 1, count()));
		}
		return parts;
	}

	private Batch part(int from, int to) {
		Batch part = new Batch(this.place, (this.base != NONE) ? this.base + from : NONE,
				this.records.subList(from, to), this.deadline);
		part.inDoubt = this.inDoubt;
		part.onDisk = this.onDisk;
		part.committed = this.committed;
		part.attempts = this.attempts;
		return part;
	}

	/**
	 * The same bytes under other sequences. Only for a batch that can no longer be stored
	 * under its own.
	 * @param newBase the new base sequence
	 * @return another batch
	 */
	Batch renumbered(long newBase) {
		Batch anew = new Batch(this.place, newBase, this.records, this.body, this.deadline);
		anew.onDisk = this.onDisk;
		return anew;
	}

	private static byte[] join(List<PendingRecord> records) {
		Bytes body = new Bytes(records.stream().mapToInt((each) -> each.line.length).sum());
		records.forEach((each) -> body.add(each.line));
		return body.toArray();
	}

}
