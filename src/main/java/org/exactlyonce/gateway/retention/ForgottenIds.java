package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.ids.OldIds;
import org.exactlyonce.gateway.store.Transactions;

/**
 * Forgets ids: of a record that is deleted, and was appended long enough ago. For one
 * thread.
 */
final class ForgottenIds {

	private final Transactions transactions;

	private final Clock clock;

	private final Duration retention;

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
		Instant cutOff = Instant.ofEpochMilli(Math.max(0, this.clock.millis() - this.retention.toMillis()));
		List<Integer> due = this.transactions.inRoundTrips((statements) -> new OldIds(statements).due(cutOff));
		Each.of(due, (partition) -> forget(partition, cutOff, running));
	}

	private void forget(int partition, Instant cutOff, BooleanSupplier running) {
		long before = -2;
		long after = -1;
		while (after > before && running.getAsBoolean()) {
			long from = after;
			before = after;
			after = this.transactions
				.inRoundTrips((statements) -> new OldIds(statements).forget(partition, from, cutOff));
		}
	}

}
