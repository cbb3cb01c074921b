package org.exactlyonce.gateway.commit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.exactlyonce.gateway.producer.ProducerSequence.Key;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.SequenceState;

/**
 * Appends that came before their predecessors and asked to wait for them. They hold no
 * thread and no connection, and nothing is decided here: what is released is judged again
 * by its lane. So none is appended after it was answered, and what is known here of the
 * committed state may be old. Thread-safe.
 */
final class HeldAppends {

	private final int maxInFlight;

	private final int maxHeld;

	/** In the order of their sequences. */
	private final Map<Key, List<Held>> held = new HashMap<>();

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
		if (this.closed || size() >= this.maxHeld
				|| !(pending.request().identity() instanceof AppendIdentity.Sequenced identity)) {
			return false;
		}
		Key key = pending.request().key(identity);
		List<Held> waiting = this.held.computeIfAbsent(key, (any) -> new ArrayList<>());
		waiting.removeIf((other) -> other.pending.future().isDone());
		if (waiting.size() >= this.maxInFlight) {
			return false;
		}
		int place = waiting.size();
		Held one = new Held(pending, identity);
		while (place > 0 && waiting.get(place - 1).base() > one.base()) {
			place--;
		}
		waiting.add(place, one);
		return true;
	}

	/**
	 * Releases all that are early no more, provided those before them are appended.
	 * @param key a producer in a partition
	 * @param committed what is committed for it
	 * @return the released, in the order of their sequences
	 */
	synchronized List<PendingAppend> release(Key key, SequenceState committed) {
		List<Held> waiting = this.held.get(key);
		if (waiting == null) {
			return List.of();
		}
		List<PendingAppend> released = new ArrayList<>();
		SequenceState state = committed;
		for (Iterator<Held> all = waiting.iterator(); all.hasNext();) {
			Held one = all.next();
			AppendDecision decision = state.decide(one.identity.producer(), one.identity.range());
			if (decision instanceof AppendDecision.Refusal refusal && refusal.isEarly()) {
				continue;
			}
			all.remove();
			released.add(one.pending.again());
			if (decision instanceof AppendDecision.Append) {
				state = state.after(one.identity.range());
			}
		}
		if (waiting.isEmpty()) {
			this.held.remove(key);
		}
		return released;
	}

	/**
	 * Releases those that have waited long enough, to be judged for the last time.
	 * @param nowNanos the time on the monotonic clock
	 * @return the released
	 */
	synchronized List<PendingAppend> releaseDue(long nowNanos) {
		return release((pending) -> pending.request().patience().isOver(nowNanos));
	}

	/**
	 * Releases those of some partitions, to be judged for the last time.
	 * @param partitions the partitions' ids
	 * @return the released
	 */
	synchronized List<PendingAppend> releaseOf(Set<Integer> partitions) {
		return release((pending) -> partitions.contains(pending.request().partition()));
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
		for (Iterator<List<Held>> all = this.held.values().iterator(); all.hasNext();) {
			List<Held> waiting = all.next();
			waiting.removeIf((one) -> due.test(one.pending) && released.add(one.pending.forTheLastTime()));
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

	private record Held(PendingAppend pending, AppendIdentity.Sequenced identity) {

		private long base() {
			return this.identity.range().base();
		}

	}

}
