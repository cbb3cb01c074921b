package org.exactlyonce.gateway.store.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.util.DriverDataSource;
import org.exactlyonce.gateway.store.StoreRefusedException;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections whose transactions begin with {@link PostgresTransactions}. Below the pool,
 * so that every connection that is taken has them.
 */
final class PostgresConnections extends DelegatingDataSource {

	private final PostgresTransactions transactions;

	PostgresConnections(DataSource driver, PostgresTransactions transactions) {
		super(driver);
		this.transactions = transactions;
	}

	/**
	 * Puts them below a pool.
	 * @param pool the pool, before it opens a connection
	 * @param transactions what its transactions begin with
	 */
	static void under(HikariDataSource pool, PostgresTransactions transactions) {
		pool.setDataSource(new PostgresConnections(driver(pool, pool.getDataSourceProperties()), transactions));
		pool.setExceptionOverride(new EvictReadOnly(pool));
	}

	/**
	 * Makes connections beside a pool, to migrate the schema: no time-out ends what takes
	 * long.
	 * @param pool the pool
	 * @param transactions what their transactions begin with
	 */
	static DataSource ofMigrations(HikariDataSource pool, PostgresTransactions transactions) {
		Properties properties = new Properties();
		properties.putAll(pool.getDataSourceProperties());
		properties.remove("socketTimeout");
		return new PostgresConnections(driver(pool, properties), transactions);
	}

	/**
	 * Opens a connection past the pool, which would report a failure with its whole
	 * stack.
	 * @param pool the pool, with these connections below it
	 * @throws StoreRefusedException if the server cannot be used, in two sentences
	 */
	static void openFirst(HikariDataSource pool) {
		try {
			pool.getDataSource().getConnection().close();
		}
		catch (SQLException ex) {
			throw PostgresRefusal.of(ex, pool.getJdbcUrl(), pool.getUsername());
		}
	}

	private static DataSource driver(HikariDataSource pool, Properties properties) {
		return new DriverDataSource(pool.getJdbcUrl(), pool.getDriverClassName(), properties, pool.getUsername(),
				pool.getPassword());
	}

	PostgresTransactions transactions() {
		return this.transactions;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return begin(super.getConnection());
	}

	@Override
	public Connection getConnection(String user, String password) throws SQLException {
		return begin(super.getConnection(user, password));
	}

	private Connection begin(Connection connection) {
		return proxy(Connection.class, new PostgresConnection(connection, this.transactions));
	}

	static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	/**
	 * Makes the pool give up a connection that leads to a server which takes no writes,
	 * and with it the others, which lead to the same. The next may lead to the one that
	 * does.
	 */
	private static final class EvictReadOnly implements SQLExceptionOverride {

		private final HikariDataSource pool;

		private EvictReadOnly(HikariDataSource pool) {
			this.pool = pool;
		}

		// "Override" alone is the interface's own type here
		@java.lang.Override
		public Override adjudicate(SQLException failure) {
			if (!PostgresTransactions.READ_ONLY.equals(failure.getSQLState())) {
				return Override.CONTINUE_EVICT;
			}
			this.pool.getHikariPoolMXBean().softEvictConnections();
			return Override.MUST_EVICT;
		}

	}

}
