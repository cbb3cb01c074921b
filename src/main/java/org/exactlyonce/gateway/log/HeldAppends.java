package org.exactlyonce.gateway.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.exactlyonce.gateway.producer.ProducerSequence.Key;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceState;

/**
 * Appends that came before their predecessors and asked to wait for them. They hold no
 * thread and no connection, and nothing is decided here: whoever is released is judged
 * again by its lane. So none is appended after it was answered, and what is known here of
 * the committed state may be old. Thread-safe.
 */
final class HeldAppends {

	private final int maxInFlight;

	private final int maxHeld;

	/** In the order of their sequences. */
	private final Map<Key, List<PendingAppend>> held = new HashMap<>();

	private boolean closed;

	/**
	 * Holds nothing yet.
	 * @param maxInFlight how many are held for one producer in one partition, as Kafka's
	 * {@code max.in.flight.requests.per.connection}
	 * @param maxHeld how many are held in all, for each keeps a connection
	 */
	HeldAppends(int maxInFlight, int maxHeld) {
		this.maxInFlight = maxInFlight;
		this.maxHeld = maxHeld;
	}

	/**
	 * Holds an append.
	 * @param pending the append, with an identity
	 * @return false if too many are held, in all or for its producer and partition
	 */
	synchronized boolean hold(PendingAppend pending) {
		Key key = pending.request().sequenceKey();
		if (this.closed || key == null || size() >= this.maxHeld) {
			return false;
		}
		List<PendingAppend> waiting = this.held.computeIfAbsent(key, (any) -> new ArrayList<>());
		waiting.removeIf((one) -> one.future().isDone());
		if (waiting.size() >= this.maxInFlight) {
			return false;
		}
		int place = waiting.size();
		while (place > 0 && base(waiting.get(place - 1)) > base(pending)) {
			place--;
		}
		waiting.add(place, pending);
		return true;
	}

	private static long base(PendingAppend pending) {
		return pending.request().range().base();
	}

	/**
	 * Releases all that are early no more, provided those before them are appended.
	 * @param key a producer in a partition
	 * @param committed what is committed for it
	 * @return the released, in the order of their sequences
	 */
	synchronized List<PendingAppend> release(Key key, SequenceState committed) {
		List<PendingAppend> waiting = this.held.get(key);
		if (waiting == null) {
			return List.of();
		}
		List<PendingAppend> released = new ArrayList<>();
		SequenceState state = committed;
		for (PendingAppend pending : waiting) {
			ProducerIdentity identity = pending.request().identity();
			if (identity == null) {
				continue;
			}
			AppendDecision decision = state.decide(identity, pending.request().range());
			if (decision instanceof AppendDecision.OutOfOrder outOfOrder && outOfOrder.isEarly()) {
				continue;
			}
			released.add(pending.again(true));
			if (decision instanceof AppendDecision.Append) {
				state = state.after(pending.request().range());
			}
		}
		waiting.removeIf((pending) -> released.stream().anyMatch((one) -> one.future() == pending.future()));
		if (waiting.isEmpty()) {
			this.held.remove(key);
		}
		return released;
	}

	/**
	 * Releases those who have waited long enough, to be judged for the last time.
	 * @param nowNanos the time on the monotonic clock
	 * @return the released
	 */
	synchronized List<PendingAppend> releaseDue(long nowNanos) {
		return release((pending) -> pending.patientUntilNanos() - nowNanos <= 0);
	}

	/**
	 * Releases all, to be judged for the last time, and holds no more.
	 * @return the released
	 */
	synchronized List<PendingAppend> close() {
		this.closed = true;
		return release((pending) -> true);
	}

	synchronized void open() {
		this.closed = false;
	}

	private List<PendingAppend> release(Predicate<PendingAppend> due) {
		List<PendingAppend> released = new ArrayList<>();
		for (Iterator<List<PendingAppend>> all = this.held.values().iterator(); all.hasNext();) {
			List<PendingAppend> waiting = all.next();
			waiting.stream().filter(due).forEach((pending) -> released.add(pending.again(false)));
			waiting.removeIf(due);
			if (waiting.isEmpty()) {
				all.remove();
			}
		}
		return released;
	}

	/** Producers and partitions for which something is held. */
	synchronized Set<Key> keys() {
		return Set.copyOf(this.held.keySet());
	}

	synchronized int size() {
		return this.held.values().stream().mapToInt(List::size).sum();
	}

}
