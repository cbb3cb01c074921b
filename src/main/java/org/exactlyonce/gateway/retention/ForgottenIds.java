package org.exactlyonce.gateway.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.exactlyonce.gateway.ids.OldIds;
import org.exactlyonce.gateway.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets ids: of a record that is deleted, and was appended long enough ago. For one
 * thread.
 */
final class ForgottenIds {

	private static final Logger log = LoggerFactory.getLogger(ForgottenIds.class);

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
		List<OldIds.Start> due = this.transactions.inRoundTrips((statements) -> new OldIds(statements).due(cutOff));
		for (OldIds.Start partition : due) {
			try {
				forget(partition, cutOff, running);
			}
			catch (RuntimeException ex) { // the others can
				log.warn("Old ids of the partition with the id {} could not be forgotten", partition.partition(), ex);
			}
		}
	}

	private void forget(OldIds.Start partition, Instant cutOff, BooleanSupplier running) {
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
