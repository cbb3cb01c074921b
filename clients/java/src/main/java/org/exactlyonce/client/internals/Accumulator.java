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
		boolean full = this.bytes >= this.limits.batchBytes();
		return full ? 0 : this.records.peek().sentAt + this.limits.linger();
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
		while (fits(size, cut.size()));
		return cut;
	}

	private boolean fits(int size, int count) {
		PendingRecord next = this.records.peek();
		return next != null && size + next.line.length <= this.limits.batchBytes()
				&& count < this.limits.batchRecords();
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
