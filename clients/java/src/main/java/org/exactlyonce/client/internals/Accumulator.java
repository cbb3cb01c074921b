package org.exactlyonce.client.internals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The records of a partition that are in no batch yet, in the order sent.
 */
final class Accumulator {

	private final WriterLimits limits;

	private final Deque<PendingRecord> records = new ArrayDeque<>();

	private long bytes;

	Accumulator(WriterLimits limits) {
		this.limits = limits;
	}

	void add(PendingRecord pending) {
		this.records.add(pending);
		this.bytes += pending.line.length;
	}

	boolean isEmpty() {
		return this.records.isEmpty();
	}

	/**
	 * When the next batch is ready. Call only if there is a record.
	 * @return the time in nanoseconds
	 */
	long readyAt() {
		PendingRecord first = this.records.peek();
		boolean full = this.bytes >= this.limits.batchBytes();
		return (full || first.alone || first.isRestored()) ? 0 : first.sentAt + this.limits.linger();
	}

	/**
	 * Takes the records of the next batch. Call only if there is a record.
	 * @return the records
	 */
	List<PendingRecord> cut() {
		List<PendingRecord> cut = new ArrayList<>();
		int size = 0;
		do {
			PendingRecord pending = take();
			cut.add(pending);
			size += pending.line.length;
		}
		while (goesTogether(cut, size, this.records.peek()));
		return cut;
	}

	private boolean goesTogether(List<PendingRecord> cut, int size, PendingRecord next) {
		PendingRecord first = cut.get(0);
		return next != null && !first.alone && !next.alone && first.isRestored() == next.isRestored()
				&& size + next.line.length <= this.limits.batchBytes() && cut.size() < this.limits.batchRecords();
	}

	/**
	 * Takes a batch's records back, in front of all others.
	 * @param batch the batch
	 * @param alone whether each is to be sent without others
	 */
	void putBack(Batch batch, boolean alone) {
		for (int i = batch.count() - 1; i >= 0; i--) {
			PendingRecord pending = batch.records.get(i);
			pending.alone |= alone;
			this.records.addFirst(pending);
			this.bytes += pending.line.length;
		}
	}

	/**
	 * Takes what was sent at a time or before.
	 * @param time the time in nanoseconds
	 * @return the records
	 */
	List<PendingRecord> sentUpTo(long time) {
		List<PendingRecord> taken = new ArrayList<>();
		while (!this.records.isEmpty() && this.records.peek().sentAt <= time) {
			taken.add(take());
		}
		return taken;
	}

	/**
	 * When the first record is over its time.
	 * @return the time; {@code Long.MAX_VALUE} if there is no record
	 */
	long deadline() {
		return this.records.isEmpty() ? Long.MAX_VALUE : this.records.peek().sentAt + this.limits.deliveryTimeout();
	}

	private PendingRecord take() {
		PendingRecord pending = this.records.remove();
		this.bytes -= pending.line.length;
		return pending;
	}

}
