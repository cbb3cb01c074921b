package org.exactlyonce.gateway.store.h2;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The first connection to the file, opened past the pool, which would report a failure
 * with its whole stack.
 */
final class H2FirstConnection {

	/** More than H2 takes before its first table. */
	private static final long EMPTY_BYTES = 64 * 1024;

	private H2FirstConnection() {
	}

	/**
	 * Opens the pool on a database that lets it in.
	 * @param pool the pool, configured and not open yet
	 * @throws StoreRefusedException if the database cannot be used, in two sentences
	 */
	static void open(HikariDataSource pool) {
		String url = pool.getJdbcUrl();
		if (!url.startsWith("jdbc:h2:")) {
			return; // refused later, with a reason of its own
		}
		long size = H2Folder.verifyWritable(url);
		try (Connection first = DriverManager.getConnection(url, properties(pool))) {
			if (size > EMPTY_BYTES && hasNoTables(first)) {
				throw H2Refusal.damaged(H2Folder.file(url), "as " + size + " bytes have no table.");
			}
			pool.getConnection().close(); // while the file is open, to open it once
		}
		catch (SQLException ex) {
			throw H2Refusal.of(ex, url, pool.getUsername());
		}
	}

	/** H2 takes a file with nothing but a header for a new one. */
	private static boolean hasNoTables(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"select count(*) from information_schema.tables where table_schema <> 'INFORMATION_SCHEMA'")) {
			row.next();
			return row.getLong(1) == 0;
		}
	}

	/** Who logs in, if that is known. */
	static @Nullable String user(DataSource dataSource) {
		return (dataSource instanceof HikariDataSource pool) ? pool.getUsername() : null;
	}

	/**
	 * What the driver is to log in with.
	 * @param pool the pool, configured
	 * @return user and password among them
	 */
	static Properties properties(HikariDataSource pool) {
		Properties properties = new Properties();
		properties.putAll(pool.getDataSourceProperties());
		if (pool.getUsername() != null) {
			properties.setProperty("user", pool.getUsername());
		}
		if (pool.getPassword() != null) {
			properties.setProperty("password", pool.getPassword());
		}
		return properties;
	}

}
