package org.exactlyonce.gateway.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;

/**
 * The schema that a URL's {@code currentSchema} names, where it does not exist yet. One
 * that is found is left to PostgreSQL, as ever.
 */
final class PostgresSchema {

	/** By another replica, at the same moment. */
	private static final Set<String> ALREADY_MADE = Set.of("23505", "42P06");

	private PostgresSchema() {
	}

	/**
	 * Makes the schema that the URL names, if none of its search path exists. Flyway
	 * would try ten times where it may not.
	 * @param pool the database
	 * @throws StoreRefusedException if it cannot be made
	 */
	static void create(HikariDataSource pool) {
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			Optional<String> missing = missing(statement);
			if (missing.isPresent()) {
				statement.execute("CREATE SCHEMA IF NOT EXISTS \"" + missing.get().replace("\"", "\"\"") + "\"");
			}
			connection.commit();
		}
		catch (SQLException ex) {
			if (!ALREADY_MADE.contains(String.valueOf(ex.getSQLState()))) {
				throw PostgresRefusal.of(ex, pool.getJdbcUrl(), pool.getUsername());
			}
		}
	}

	private static Optional<String> missing(Statement statement) throws SQLException {
		try (ResultSet row = statement
			.executeQuery("select current_schema(), current_setting('search_path'), current_user")) {
			row.next();
			String user = row.getString(3);
			return (row.getString(1) != null) ? Optional.empty()
					: first(row.getString(2)).map((name) -> name.equals("$user") ? user : name);
		}
	}

	/**
	 * Takes the first name of a search path apart: folded to lower case, unless quoted.
	 * @param path the names, divided by commas
	 * @return the name, if there is one
	 */
	static Optional<String> first(String path) {
		StringBuilder name = new StringBuilder();
		boolean quoted = false;
		for (int i = 0; i < path.length(); i++) {
			char next = path.charAt(i);
			if (next == '"') {
				if (quoted && i + 1 < path.length() && path.charAt(i + 1) == '"') {
					name.append(path.charAt(++i));
				}
				else {
					quoted = !quoted;
				}
			}
			else if (next == ',' && !quoted) {
				break;
			}
			else {
				name.append(quoted ? String.valueOf(next) : String.valueOf(next).toLowerCase(Locale.ROOT));
			}
		}
		String first = path.trim().startsWith("\"") ? name.toString() : name.toString().trim();
		return first.isBlank() ? Optional.empty() : Optional.of(first.trim());
	}

}
