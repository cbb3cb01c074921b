package org.exactlyonce.gateway.statement;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The meaning of a failed transaction for the work in it.
 */
public enum StoreFailure {

	/** Rolled back because of the data of one request. */
	DATA,

	/**
	 * Rolled back because another transaction was in the way: the same again may succeed.
	 */
	CONTENTION,

	/** The database is away, full or too slow. */
	UNAVAILABLE;

	private static final Set<String> CONTENTION_STATES = Set.of("23505", "40001", "40P01", "55P03", "HYT00");

	/**
	 * Classifies an exception by the SQLState of its cause.
	 * @param failure what was thrown before the commit took place
	 * @return the class; faults that are not the database's count as {@link #DATA}
	 */
	public static StoreFailure of(Throwable failure) {
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql) {
				return of(sql.getSQLState());
			}
			if (cause instanceof DataAccessResourceFailureException) {
				return UNAVAILABLE;
			}
		}
		return DATA;
	}

	/**
	 * Whether a warning says that something may be wrong, and not only that something was
	 * done. With a commit it may say that its wait for the standbys was cancelled.
	 * @param warning what came with a statement's success
	 * @return whether it is of SQLState 01
	 */
	public static boolean isWarning(SQLWarning warning) {
		return String.valueOf(warning.getSQLState()).startsWith("01");
	}

	private static StoreFailure of(@Nullable String state) {
		if (state == null) {
			return UNAVAILABLE;
		}
		if (CONTENTION_STATES.contains(state)) {
			return CONTENTION;
		}
		return (state.startsWith("22") || state.startsWith("23")) ? DATA : UNAVAILABLE;
	}

}
