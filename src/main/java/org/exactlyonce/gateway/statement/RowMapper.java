package org.exactlyonce.gateway.statement;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes one thing of a row.
 *
 * @param <T> the thing
 */
@FunctionalInterface
public interface RowMapper<T> {

	/**
	 * Reads a row.
	 * @param row the current row
	 * @return what it says
	 * @throws SQLException if it cannot be read
	 */
	T map(ResultSet row) throws SQLException;

}
