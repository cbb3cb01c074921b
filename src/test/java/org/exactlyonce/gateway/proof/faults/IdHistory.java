package org.exactlyonce.gateway.proof.faults;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was sent by ids, and where the answers said that it is. Safe for all threads.
 */
final class IdHistory {

	private final Set<String> sent = ConcurrentHashMap.newKeySet();

	private final Map<String, Told> told = new ConcurrentHashMap<>();

	private final Set<String> toldNew = ConcurrentHashMap.newKeySet();

	private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();

	private final AtomicLong duplicates = new AtomicLong();

	private final AtomicLong refused = new AtomicLong();

	/** Notes what may be stored from now on. */
	void invoke(IdRequest request) {
		this.sent.addAll(request.ids());
	}

	/**
	 * Notes where a record is.
	 * @param id its id
	 * @param place the place that the answer told
	 * @param duplicate whether it called it a duplicate
	 */
	void placed(String id, Told place, boolean duplicate) {
		Told before = this.told.putIfAbsent(id, place);
		if (before != null && !before.equals(place)) {
			violated(Violation.Kind.WRONG_OFFSET, id + " was told to be at " + before + ", and at " + place);
		}
		if (duplicate) {
			this.duplicates.incrementAndGet();
		}
		else if (!this.toldNew.add(id)) {
			violated(Violation.Kind.DUPLICATE, id + " was told twice to be new");
		}
	}

	/** Notes that another payload was refused. */
	void refused() {
		this.refused.incrementAndGet();
	}

	/** Notes an answer that breaks the contract by itself. */
	void violated(Violation.Kind kind, String text) {
		this.violations.add(new Violation(kind, text));
	}

	boolean isSent(String id) {
		return this.sent.contains(id);
	}

	Map<String, Told> told() {
		return this.told;
	}

	Queue<Violation> violations() {
		return this.violations;
	}

	@Override
	public String toString() {
		return "%d sent, %d acknowledged, of which %d as new; %d duplicates, %d refusals of another payload".formatted(
				this.sent.size(), this.told.size(), this.toldNew.size(), this.duplicates.get(), this.refused.get());
	}

	/** How many ids were acknowledged. */
	int acknowledged() {
		return this.told.size();
	}

	long duplicates() {
		return this.duplicates.get();
	}

	/**
	 * A place that an answer told.
	 *
	 * @param partition the partition
	 * @param offset the offset
	 */
	record Told(int partition, long offset) {
	}

}
