package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Knows when all that was sent before a flush has its outcome: the outcomes of a
 * partition are told in the order sent, so it is enough to count them. One thread at a
 * time.
 */
final class Flushes {

	private final Map<Place, Long> taken = new HashMap<>();

	private final Map<Place, Long> told = new HashMap<>();

	private final List<Flush> flushes = new ArrayList<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	void taken(Place place) {
		this.taken.merge(place, 1L, Long::sum);
	}

	void told(Place place, int records) {
		this.told.merge(place, (long) records, Long::sum);
	}

	void add(CompletableFuture<Void> done) {
		this.flushes.add(new Flush(Map.copyOf(this.taken), done));
	}

	boolean isUnderWay() {
		return !this.flushes.isEmpty();
	}

	/** Ends those whose records all have their outcome. */
	void check() {
		if (!this.flushes.isEmpty()) {
			this.flushes.removeIf((flush) -> isOver(flush) && flush.done().complete(null));
		}
	}

	/**
	 * Completes at the end, when every record has its outcome. Any thread may ask.
	 */
	CompletableFuture<Void> ended() {
		return this.ended;
	}

	/** Ends all. */
	void end() {
		this.ended.complete(null);
		this.flushes.forEach((flush) -> flush.done().complete(null));
		this.flushes.clear();
	}

	private boolean isOver(Flush flush) {
		return flush.until()
			.entrySet()
			.stream()
			.allMatch((each) -> this.told.getOrDefault(each.getKey(), 0L) >= each.getValue());
	}

	private record Flush(Map<Place, Long> until, CompletableFuture<Void> done) {

	}

}
