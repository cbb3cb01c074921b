package org.exactlyonce.gateway.store;

import java.sql.Connection;
import java.util.Locale;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Chooses the store by the database's URL and checks it before anything is written.
 */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

	private static final String POSTGRESQL = "jdbc:postgresql:";

	@Bean
	Store store(HikariDataSource dataSource, StoreProperties properties) {
		String url = dataSource.getJdbcUrl();
		if (url.startsWith(POSTGRESQL)) {
			return new PostgresStore(dataSource, url, properties.allowUnsafeDatabase());
		}
		if (url.toLowerCase(Locale.ROOT).startsWith("jdbc:h2:")) {
			return new H2Store(dataSource, url, properties.minFreeDisk());
		}
		throw new StoreRefusedException("The database URL names neither H2 nor PostgreSQL.",
				"Set spring.datasource.url to jdbc:postgresql://…, or leave it out for the embedded H2.");
	}

	@Bean
	FlywayMigrationStrategy verifyThenMigrate(Store store) {
		return (flyway) -> {
			store.verify();
			store.durably(flyway::migrate);
		};
	}

	/**
	 * Sets what every connection needs, before the pool opens the first.
	 * @param environment has the settings
	 * @return the processor
	 */
	@Bean
	static BeanPostProcessor connectionDefaults(Environment environment) {
		return new BeanPostProcessor() {
			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				if (bean instanceof HikariDataSource pool && pool.getHikariPoolMXBean() == null) {
					configure(pool);
					ConnectionShares.size(pool, environment);
				}
				return bean;
			}
		};
	}

	private static void configure(HikariDataSource pool) {
		String url = pool.getJdbcUrl();
		// the guarantee rests on these two, so they are no settings
		pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
		pool.setAutoCommit(false);
		// commits the init SQL, which the first rollback would take back otherwise
		pool.setIsolateInternalQueries(true);
		if (url != null && url.startsWith(POSTGRESQL)) {
			postgresDefaults(pool);
		}
		else if (url != null) {
			// H2 takes ./data but not data, which every other program does
			pool.setJdbcUrl(url.replaceFirst("^(jdbc:h2:file:)(?![./~\\\\]|[A-Za-z]:)", "$1./"));
			pool.setExceptionOverride(new H2Connections());
		}
	}

	/**
	 * Bounds how long a stopped replica can hold a partition's lock, and how long a dead
	 * server can hold a lane. One plan does for all groups: without being told so,
	 * PostgreSQL plans a merge anew each time it is to write fewer than ten rows. And one
	 * does for tables of any size: what has an index is looked up by it, or a plan that
	 * was made for an empty log would scan whole tables until somebody analyses them.
	 * What has none would look dear enough to be compiled, up to version 17.
	 */
	private static void postgresDefaults(HikariConfig pool) {
		pool.addDataSourceProperty("tcpKeepAlive", "true");
		pool.addDataSourceProperty("connectTimeout", "5");
		pool.addDataSourceProperty("socketTimeout", "20");
		pool.setConnectionInitSql("""
				SET idle_in_transaction_session_timeout = '10s';
				SET lock_timeout = '5s';
				SET statement_timeout = '10s';
				SET plan_cache_mode = 'force_generic_plan';
				SET enable_seqscan = off;
				SET enable_hashjoin = off;
				SET enable_mergejoin = off;
				SET jit = off""");
	}

	/**
	 * Whether a connection still answers.
	 * @param pool where to take it from
	 * @return true if a round trip succeeded
	 */
	static boolean answers(HikariDataSource pool) {
		try (Connection connection = pool.getConnection()) {
			boolean valid = connection.isValid(2);
			connection.rollback(); // the question has begun a transaction
			return valid;
		}
		catch (Exception ex) {
			return false;
		}
	}

}
