package org.exactlyonce.gateway.statement;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A statement that waits for its run.
 *
 * @param sql with a {@code ?} for each parameter
 * @param outcome takes what each execution has brought
 * @param executions the parameters of each
 */
record AddedStatement(String sql, Outcome outcome, List<@Nullable Object[]> executions) {

	static AddedStatement once(String sql, Outcome outcome, Object... parameters) {
		return new AddedStatement(sql, outcome, Collections.singletonList(parameters));
	}

	static AddedStatement aRowAtATime(String sql, Outcome outcome, Object[]... columns) {
		List<@Nullable Object[]> rows = new ArrayList<>(columns[0].length);
		for (int row = 0; row < columns[0].length; row++) {
			@Nullable Object[] values = new Object[columns.length];
			for (int column = 0; column < columns.length; column++) {
				values[column] = columns[column][row];
			}
			rows.add(values);
		}
		return new AddedStatement(sql, outcome, rows);
	}

	/** Takes what a statement has brought, while it is the current one. */
	@FunctionalInterface
	interface Outcome {

		/** Of a statement that brings nothing. */
		Outcome NONE = (executed) -> {
		};

		void take(PreparedStatement executed) throws SQLException;

		static Outcome rows(RowReader reader) {
			return (executed) -> {
				try (ResultSet rows = executed.getResultSet()) {
					while (rows.next()) {
						reader.read(rows);
					}
				}
			};
		}

	}

}
