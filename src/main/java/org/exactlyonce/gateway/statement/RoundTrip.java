package org.exactlyonce.gateway.statement;

import java.lang.reflect.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.exactlyonce.gateway.statement.AddedStatement.Outcome;
import org.hibernate.JDBCException;
import org.hibernate.StatelessSession;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.engine.jdbc.spi.JdbcCoordinator;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Statements that run one after the other, each with a snapshot of its own, and travel
 * together where they have to travel: what a lane waits for are round trips, more than
 * what the database does in them. The SQL does not depend on the number of rows: a column
 * of many is an array, or there is a {@linkplain RowsStatement statement of one row}.
 * They are prepared by Hibernate, so that its inspector sees them and its failures are
 * those of every other statement. Not thread-safe.
 */
public final class RoundTrip {

	private final SharedSessionContractImplementor session;

	private final boolean together;

	private final boolean aRowAtATime;

	private final List<AddedStatement> added = new ArrayList<>();

	private boolean warned;

	/**
	 * None yet.
	 * @param session has the transaction
	 * @param together whether the driver takes several statements at once
	 */
	public RoundTrip(StatelessSession session, boolean together) {
		this.session = (SharedSessionContractImplementor) session;
		this.together = together;
		this.aRowAtATime = !together && this.session.getJdbcServices().getDialect() instanceof H2Dialect;
	}

	/**
	 * Adds a query.
	 * @param sql with a {@code ?} for each parameter
	 * @param reader gets the rows
	 * @param parameters numbers, texts, or arrays of numbers, of texts, of bytes or of
	 * instants
	 * @return these statements
	 */
	public RoundTrip query(String sql, RowReader reader, Object... parameters) {
		return add(AddedStatement.once(sql, Outcome.rows(reader), parameters));
	}

	/**
	 * Adds a query for many rows.
	 * @param sql in both forms
	 * @param reader gets the rows
	 * @param columns {@linkplain #column one} for each {@code ?}, as long as each other
	 * @return these statements
	 */
	public RoundTrip query(RowsStatement sql, RowReader reader, Object[]... columns) {
		return add(statement(sql, Outcome.rows(reader), columns));
	}

	/**
	 * Adds a query and runs it, with what was added before.
	 * @param <T> what a row is read as
	 * @param sql with a {@code ?} for each parameter
	 * @param mapper reads a row
	 * @param parameters as above
	 * @return the rows
	 */
	public <T> List<T> list(String sql, RowMapper<T> mapper, Object... parameters) {
		List<T> rows = new ArrayList<>();
		query(sql, (row) -> rows.add(mapper.map(row)), parameters).run();
		return rows;
	}

	/**
	 * Adds an insert or a merge.
	 * @param sql with a {@code ?} for each parameter
	 * @param parameters as above
	 * @return these statements
	 */
	public RoundTrip update(String sql, Object... parameters) {
		return add(AddedStatement.once(sql, Outcome.NONE, parameters));
	}

	/**
	 * Adds an insert or a merge of many rows.
	 * @param sql in both forms
	 * @param columns {@linkplain #column one} for each {@code ?}, as long as each other
	 * @return these statements
	 */
	public RoundTrip update(RowsStatement sql, Object[]... columns) {
		return add(statement(sql, Outcome.NONE, columns));
	}

	private AddedStatement statement(RowsStatement sql, Outcome outcome, Object[]... columns) {
		return this.aRowAtATime ? AddedStatement.aRowAtATime(sql.ofRow(), outcome, columns)
				: AddedStatement.once(sql.ofColumns(), outcome, (Object[]) columns);
	}

	private RoundTrip add(AddedStatement statement) {
		this.added.add(statement);
		return this;
	}

	/**
	 * Runs what was added since the last run.
	 * @throws RuntimeException if one failed; those after it did not run, or are to be
	 * rolled back
	 */
	public void run() {
		try {
			if (this.together) {
				runTogether();
			}
			else {
				this.added.forEach(this::run);
			}
		}
		finally {
			this.added.clear();
		}
	}

	/**
	 * Runs what was added since the last run, and commits; where statements travel
	 * together the commit travels with them. When the database refuses one of them,
	 * nothing is committed.
	 * @return whether the database has confirmed the commit: it travelled along, and no
	 * warning came with it
	 * @throws CommitUnknownException if all of it may or may not be committed
	 * @throws RuntimeException if one was refused; the transaction is to be rolled back
	 */
	public boolean runAndCommit() {
		boolean confirmed = false;
		if (this.together) {
			confirmed = runWithCommit();
		}
		else {
			run();
		}
		commit();
		return confirmed;
	}

	private boolean runWithCommit() {
		update("commit");
		try {
			run();
			return !this.warned;
		}
		catch (RuntimeException ex) {
			boolean refused = ex instanceof JDBCException && StoreFailure.of(ex) != StoreFailure.UNAVAILABLE;
			throw refused ? ex : new CommitUnknownException(ex);
		}
	}

	/** Nothing goes to a database that got the commit with the statements. */
	private void commit() {
		try {
			this.session.getTransaction().commit();
		}
		catch (RuntimeException ex) {
			throw new CommitUnknownException(ex);
		}
	}

	/**
	 * A column of many rows, as a parameter.
	 * @param <R> a row
	 * @param <T> {@code Integer}, {@code Long}, {@code String}, {@code byte[]} or
	 * {@code Instant}
	 * @param type the column's type
	 * @param rows the rows
	 * @param value a row's value
	 * @return the values, in the order of the rows
	 */
	@SuppressWarnings("unchecked")
	public static <R, T> T[] column(Class<T> type, Collection<R> rows, Function<R, @Nullable T> value) {
		return rows.stream().map(value).toArray((size) -> (T[]) Array.newInstance(type, size));
	}

	private void runTogether() {
		run(this.added.stream().map(AddedStatement::sql).collect(Collectors.joining(";\n")), (prepared) -> {
			List<Object> parameters = new ArrayList<>();
			this.added.forEach((statement) -> parameters.addAll(Arrays.asList(statement.executions().get(0))));
			Parameters.execute(prepared, parameters.toArray());
			this.added.get(0).outcome().take(prepared);
			for (AddedStatement next : this.added.subList(1, this.added.size())) {
				prepared.getMoreResults();
				next.outcome().take(prepared);
			}
		});
	}

	private void run(AddedStatement statement) {
		run(statement.sql(), (prepared) -> {
			for (@Nullable
			Object[] parameters : statement.executions()) {
				Parameters.execute(prepared, parameters);
				statement.outcome().take(prepared);
			}
		});
	}

	private void run(String sql, Outcome execution) {
		JdbcCoordinator jdbc = this.session.getJdbcCoordinator();
		PreparedStatement prepared = jdbc.getStatementPreparer().prepareStatement(sql);
		try {
			// all rows, hence all locks, before the next statement, whatever the URL says
			prepared.setFetchSize(0);
			// nor a time-out from there: a commit that is cancelled may not be replicated
			if (prepared.getQueryTimeout() != 0) {
				// H2 then plans all its statements anew
				prepared.setQueryTimeout(0);
			}
			execution.take(prepared);
			for (SQLWarning one = prepared.getWarnings(); one != null; one = one.getNextWarning()) {
				this.warned |= StoreFailure.isWarning(one);
			}
		}
		catch (SQLException ex) {
			throw this.session.getJdbcServices().getSqlExceptionHelper().convert(ex, "The statements failed", sql);
		}
		finally {
			// closes it; Hibernate, which knows of it, would stumble over a closed one
			jdbc.getLogicalConnection().getResourceRegistry().release(prepared);
		}
	}

}
