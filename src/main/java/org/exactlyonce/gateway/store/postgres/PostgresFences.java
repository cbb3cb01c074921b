package org.exactlyonce.gateway.store.postgres;

import java.util.Collection;

import org.exactlyonce.gateway.statement.RoundTrip;
import org.exactlyonce.gateway.store.Fences;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Fences that hold on every replica: advisory locks of PostgreSQL, which end with their
 * transaction. They queue fairly, so neither fences nor appends starve.
 */
final class PostgresFences implements Fences {

	/** Sets them apart from others' advisory locks in the same database. */
	private static final int CLASS = 0x45_4f_47_57;

	private static final String SHARE = "select pg_advisory_xact_lock_shared(" + CLASS
			+ ", slot) from unnest(cast(? as integer array)) slot";

	private static final String TAKE = "select pg_advisory_xact_lock(" + CLASS + ", ?)";

	private final JdbcOperations jdbc;

	private final TransactionOperations transaction;

	PostgresFences(JdbcOperations jdbc, TransactionOperations transaction) {
		this.jdbc = jdbc;
		this.transaction = transaction;
	}

	@Override
	public Shared share(RoundTrip statements, Collection<Long> producerIds) {
		if (!producerIds.isEmpty()) {
			statements.query(SHARE, (row) -> {
			}, (Object) Fences.slots(producerIds));
		}
		return () -> {
		};
	}

	@Override
	public void await(long producerId) {
		this.transaction.executeWithoutResult((status) -> this.jdbc.query(TAKE, (row) -> {
		}, Fences.slot(producerId)));
	}

}
