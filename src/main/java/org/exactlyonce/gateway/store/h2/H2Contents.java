package org.exactlyonce.gateway.store.h2;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

import org.exactlyonce.gateway.store.StoreRefusedException;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a database file that a client may have seen in an answer. A migration
 * changes none of it, so it distinguishes a file that only a migration has touched from
 * one that a gateway has served.
 *
 * @param records the records of all partitions
 * @param producers the producers
 * @param epochs the sum of their epochs
 */
record H2Contents(long records, long producers, long epochs) {

	private static final H2Contents NONE = new H2Contents(0, 0, 0);

	private static final String QUERY = """
			select (select coalesce(sum(log_end_offset), 0) from log_partition),
				(select count(*) from producer), (select coalesce(sum(epoch), 0) from producer)""";

	/**
	 * Looks into a file that is not open.
	 * @param file its name ends with {@code .mv.db}
	 * @param login user and password
	 * @return what it holds; null if H2 cannot open it
	 * @throws StoreRefusedException if H2 opens it for another user or password only, or
	 * another process has it open
	 */
	static @Nullable H2Contents of(Path file, Properties login) {
		String name = file.toString().replaceFirst("\\.mv\\.db$", "");
		try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + name + ";IFEXISTS=TRUE", login);
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(QUERY)) {
			row.next();
			return new H2Contents(row.getLong(1), row.getLong(2), row.getLong(3));
		}
		catch (SQLException ex) {
			return switch (ex.getErrorCode()) {
				case ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1, ErrorCode.TABLE_OR_VIEW_NOT_FOUND_WITH_CANDIDATES_2,
						ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1 ->
					NONE;
				case ErrorCode.WRONG_USER_OR_PASSWORD, ErrorCode.DATABASE_ALREADY_OPEN_1 ->
					throw H2Refusal.of(ex, "jdbc:h2:file:" + name, login.getProperty("user"));
				default -> null;
			};
		}
	}

	/** Whether there is nothing that a client may have seen in an answer. */
	boolean isEmpty() {
		return equals(NONE);
	}

	/**
	 * Whether a gateway has served this file since another was copied from it.
	 * @param copy what the copy holds
	 * @return true if this has more of anything
	 */
	boolean isBeyond(H2Contents copy) {
		return this.records > copy.records || this.producers > copy.producers || this.epochs > copy.epochs;
	}

}
