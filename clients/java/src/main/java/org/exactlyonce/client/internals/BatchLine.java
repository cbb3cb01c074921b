package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.ListIterator;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.LogMismatchException;

/**
 * Frozen batches of a partition, in the order of their sequences, until their outcomes
 * are given out.
 */
final class BatchLine {

	private final LinkedList<Batch> batches = new LinkedList<>();

	void add(Batch batch) {
		this.batches.add(batch);
	}

	void replace(Batch batch, List<Batch> by) {
		int index = this.batches.indexOf(batch);
		this.batches.remove(index).state = Batch.State.REPLACED;
		this.batches.addAll(index, by);
	}

	boolean isEmpty() {
		return this.batches.isEmpty();
	}

	boolean hasOpen() {
		return this.batches.stream().anyMatch(Batch::isOpen);
	}

	/** Whether one that has no outcome may be stored although nobody said so. */
	boolean isInDoubt() {
		return this.batches.stream().anyMatch((batch) -> batch.isOpen() && batch.inDoubt);
	}

	/**
	 * Below which sequence no batch is open that a fence found in the log. Whose that is,
	 * the answer to its next send tells.
	 * @return the sequence; {@code Long.MAX_VALUE} if there is no such batch
	 */
	long committedFrom() {
		return this.batches.stream()
			.filter((batch) -> batch.isOpen() && batch.committed)
			.mapToLong((batch) -> batch.base)
			.min()
			.orElse(Long.MAX_VALUE);
	}

	int open() {
		return (int) this.batches.stream().filter(Batch::isOpen).count();
	}

	int inFlight() {
		return (int) this.batches.stream().filter((batch) -> batch.state == Batch.State.IN_FLIGHT).count();
	}

	void forEachOpen(Consumer<Batch> consumer) {
		this.batches.stream().filter(Batch::isOpen).forEach(consumer);
	}

	/** Forgets the batches that have no outcome. */
	void removeOpen() {
		forEachOpen((batch) -> batch.state = Batch.State.REPLACED);
		this.batches.removeIf((batch) -> batch.state == Batch.State.REPLACED);
	}

	/**
	 * The first batch that can be sent now.
	 * @param now the time
	 * @param sequenced whether the gateway keeps the order; if not, a batch waits until
	 * those before it have their outcome
	 * @return the batch; null if there is none
	 */
	Batch firstReady(long now, boolean sequenced) {
		return ready(sequenced).filter((batch) -> batch.notBefore <= now).findFirst().orElse(null);
	}

	/**
	 * When a batch can be sent.
	 * @param sequenced whether the gateway keeps the order
	 * @return the time; {@code Long.MAX_VALUE}: never
	 */
	long nextReady(boolean sequenced) {
		return ready(sequenced).mapToLong((batch) -> batch.notBefore).min().orElse(Long.MAX_VALUE);
	}

	private Stream<Batch> ready(boolean sequenced) {
		Stream<Batch> open = this.batches.stream().filter(Batch::isOpen);
		return (sequenced ? open : open.limit(1)).filter((batch) -> batch.state == Batch.State.READY);
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
	 * and is sent again for its offset. The rest never will be as it was: it fails, or
	 * gets new sequences.
	 * @param stop why there was a fence
	 * @param nextSequence the gateway's next sequence
	 * @param deadline for the batches that are stored
	 * @return the sequence of the next record
	 */
	long settle(Stop stop, long nextSequence, long deadline) {
		long next = nextSequence;
		for (ListIterator<Batch> each = this.batches.listIterator(); each.hasNext();) {
			Batch batch = each.next();
			if (!batch.isOpen()) {
				continue;
			}
			if (batch.end() <= nextSequence) {
				batch.commit(deadline);
			}
			else if (stop.fails(batch)) {
				batch.fail(stop.failure());
			}
			else {
				Batch anew = batch.renumbered(next);
				next = anew.end();
				batch.state = Batch.State.REPLACED;
				each.set(anew);
			}
		}
		return next;
	}

	/**
	 * Fails all that is open: what may be stored as unknown, the rest as not stored.
	 * @param stop why batches fail
	 * @param cause why it is unknown
	 */
	void giveUp(Stop stop, GatewayException cause) {
		forEachOpen((batch) -> batch.fail(Outcomes.of(batch, stop.fails(batch) ? stop.failure() : cause, cause)));
	}

	/**
	 * Takes the batches that have their outcome, as far as it is their turn.
	 * @return the batches
	 */
	List<Batch> release() {
		List<Batch> released = new ArrayList<>();
		Iterator<Batch> each = this.batches.iterator();
		while (each.hasNext()) {
			Batch batch = each.next();
			if (batch.isOpen()) {
				break;
			}
			each.remove();
			released.add(batch);
		}
		return released;
	}

}
