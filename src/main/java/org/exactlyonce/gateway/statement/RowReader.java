package org.exactlyonce.gateway.statement;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Gets the rows of a query, one after the other. */
@FunctionalInterface
public interface RowReader {

	/**
	 * Reads a row.
	 * @param row the current row
	 * @throws SQLException if it cannot be read
	 */
	void read(ResultSet row) throws SQLException;

}
