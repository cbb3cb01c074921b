package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.ids.OldIds;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * Forgets ids: of a record that is deleted, and was appended long enough ago. For one
 * thread.
 */
final class ForgottenIds {

	private final Transactions transactions;

	private final Clock clock;

	private final Duration retention;

	/** The oldest id of each partition that has lost records, as of its start then. */
	private final Map<Integer, Oldest> oldest = new HashMap<>();

	ForgottenIds(Transactions transactions, Clock clock, Duration retention) {
		this.transactions = transactions;
		this.clock = clock;
		this.retention = retention;
	}

	/**
	 * Forgets all that is due.
	 * @param running asked before each transaction
	 */
	void forget(BooleanSupplier running) {
		Instant cutOff = this.clock.instant().minus(this.retention);
		List<RetentionTables.PartitionStart> starts = this.transactions
			.inRoundTrips((statements) -> new RetentionTables(statements).starts());
		this.oldest.keySet().retainAll(starts.stream().map(RetentionTables.PartitionStart::partition).toList());
		for (RetentionTables.PartitionStart start : starts) {
			while (running.getAsBoolean() && oldest(start).isDue(cutOff)) {
				this.transactions.inRoundTrips(
						(statements) -> new OldIds(statements).forget(start.partition(), start.start(), cutOff));
				this.oldest.remove(start.partition());
			}
		}
	}

	/** Ids come only with newer records: what was looked for once is known. */
	private Oldest oldest(RetentionTables.PartitionStart start) {
		Oldest known = this.oldest.get(start.partition());
		if (known != null && (known.start == start.start() || known.id != null)) {
			return new Oldest(start.start(), known.id);
		}
		Oldest read = this.transactions.inRoundTrips((statements) -> new Oldest(start.start(),
				new OldIds(statements).first(start.partition()).orElse(null)));
		this.oldest.put(start.partition(), read);
		return read;
	}

	/**
	 * The oldest id of a partition.
	 *
	 * @param start the partition's start
	 * @param id the id, or null if there is none
	 */
	private record Oldest(long start, OldIds.@Nullable OldId id) {

		private boolean isDue(Instant cutOff) {
			return this.id != null && this.id.offset() < this.start && this.id.appendedAt().isBefore(cutOff);
		}

	}

}
