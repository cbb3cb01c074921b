package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * The frozen batches of a partition, in the order of their sequences, until their
 * outcomes are given out.
 */
final class BatchLine {

	private final LinkedList<Batch> batches = new LinkedList<>();

	void add(Batch batch) {
		this.batches.add(batch);
	}

	void replace(Batch batch, List<Batch> by) {
		int index = this.batches.indexOf(batch);
		this.batches.remove(index);
		this.batches.addAll(index, by);
	}

	boolean isEmpty() {
		return this.batches.isEmpty();
	}

	void remove(Batch batch) {
		this.batches.remove(batch);
	}

	boolean hasFreshOpen() {
		return this.batches.stream().anyMatch((batch) -> batch.isOpen() && !batch.isRestored());
	}

	boolean hasFresh() {
		return this.batches.stream().anyMatch((batch) -> !batch.isRestored());
	}

	int open() {
		return (int) this.batches.stream().filter(Batch::isOpen).count();
	}

	int inFlight() {
		return (int) this.batches.stream().filter((batch) -> batch.state == Batch.State.IN_FLIGHT).count();
	}

	Batch firstReady(long now) {
		for (Batch batch : this.batches) {
			if (batch.state == Batch.State.READY && batch.notBefore <= now) {
				return batch;
			}
		}
		return null;
	}

	long nextReady() {
		return this.batches.stream()
			.filter((batch) -> batch.state == Batch.State.READY)
			.mapToLong((batch) -> batch.notBefore)
			.min()
			.orElse(Long.MAX_VALUE);
	}

	List<Batch> expired(long now) {
		return this.batches.stream().filter((batch) -> batch.isOpen() && batch.deadline <= now).toList();
	}

	long nextDeadline() {
		return this.batches.stream()
			.filter(Batch::isOpen)
			.mapToLong((batch) -> batch.deadline)
			.min()
			.orElse(Long.MAX_VALUE);
	}

	/**
	 * Lets the first batch that waits for its predecessors wait no longer.
	 * @param now the time
	 */
	void wakeEarly(long now) {
		for (Batch batch : this.batches) {
			if (batch.isOpen()) {
				if (batch.early) {
					batch.early = false;
					batch.notBefore = now;
				}
				return;
			}
		}
	}

	/**
	 * Compares the gateway's next sequence with what this producer knows.
	 * @param acknowledged below it all was stored
	 * @param nextSequence the gateway's next sequence
	 * @param next the sequence of the next record, never sent before
	 * @return what is wrong; null if nothing is
	 */
	LogMismatchException mismatch(long acknowledged, long nextSequence, long next) {
		if (nextSequence < acknowledged) {
			return new LogMismatchException("Records that were stored are no longer in the log: it expects sequence "
					+ nextSequence + ", and had all below " + acknowledged + ".", null, null);
		}
		boolean within = this.batches.stream()
			.anyMatch((batch) -> batch.isOpen() && batch.base < nextSequence && nextSequence < batch.end());
		return (within || nextSequence > next) ? new LogMismatchException(
				"Somebody else writes under this producer's id: the log expects sequence " + nextSequence + ".", null,
				null) : null;
	}

	/**
	 * Settles what was sent before a fence: what is below the next sequence is stored,
	 * and is sent again for its offset; the rest never will be.
	 * @param stop why there was a fence
	 * @param nextSequence the gateway's next sequence
	 * @param deadline for the batches that are stored
	 * @param back takes the batches whose records are to be frozen anew
	 * @return the sequence of the next record
	 */
	long settle(Stop stop, long nextSequence, long deadline, List<Batch> back) {
		long next = nextSequence;
		for (Iterator<Batch> each = this.batches.iterator(); each.hasNext();) {
			Batch batch = each.next();
			if (!batch.isOpen()) {
				continue;
			}
			batch.state = Batch.State.READY;
			batch.notBefore = 0;
			if (batch.end() <= nextSequence) {
				batch.committed = true;
				batch.inDoubt = true;
				batch.deadline = batch.isRestored() ? batch.deadline : deadline;
			}
			else if (batch.isRestored() && stop.failsAll()) {
				next = batch.end();
			}
			else if (stop.fails(batch)) {
				batch.fail(stop.failure());
			}
			else {
				each.remove();
				back.add(batch);
			}
		}
		return next;
	}

	/**
	 * Fails all that is open: what may be stored as unknown, the rest as not stored. What
	 * a former process left stays.
	 * @param stop why batches fail
	 * @param cause why it is unknown
	 */
	void giveUp(Stop stop, GatewayException cause) {
		for (Batch batch : this.batches) {
			if (batch.isOpen() && !batch.isRestored()) {
				batch.fail(Outcomes.of(batch, stop.fails(batch) ? stop.failure() : cause, cause));
			}
		}
	}

	List<Batch> release() {
		List<Batch> released = new ArrayList<>();
		for (Iterator<Batch> each = this.batches.iterator(); each.hasNext();) {
			Batch batch = each.next();
			if (!batch.isOpen()) {
				each.remove();
				released.add(batch);
			}
			else if (!batch.isRestored()) {
				break;
			}
		}
		return released;
	}

}
