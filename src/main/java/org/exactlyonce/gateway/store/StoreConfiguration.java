package org.exactlyonce.gateway.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Chooses the store by the database's URL and checks it before anything is written.
 */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

	private static final String POSTGRESQL = "jdbc:postgresql:";

	private static final int ANSWER_SECONDS = 2;

	/** As PostgreSQL's, and H2's for its own locks. */
	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

	@Bean
	Store store(HikariDataSource dataSource, StoreProperties properties,
			@Value("${gateway.commit.timeout}") Duration timeout) {
		String url = dataSource.getJdbcUrl();
		if (url.startsWith(POSTGRESQL)) {
			return postgres(dataSource, url, properties, timeout);
		}
		if (url.toLowerCase(Locale.ROOT).startsWith("jdbc:h2:")) {
			return new H2Store(dataSource, url, properties.minFreeDisk());
		}
		throw new StoreRefusedException("The database URL names neither H2 nor PostgreSQL.",
				"Set spring.datasource.url to jdbc:postgresql://…, or leave it out for the embedded H2.");
	}

	private static Store postgres(HikariDataSource pool, String url, StoreProperties properties, Duration timeout) {
		if (pool.getDataSource() instanceof PostgresConnections connections) {
			return new PostgresStore(pool, url, properties.allowUnsafeDatabase(),
					new Replication(pool, connections.transactions(), timeout));
		}
		throw new StoreRefusedException("The pool opens its connections itself, without what the guarantee rests on.",
				"Leave the pool to the gateway: set spring.datasource.url, username and password only.");
	}

	@Bean
	Fences fences(Store store, JdbcOperations jdbc, TransactionOperations transaction) {
		return store.isShared() ? new PostgresFences(jdbc, transaction) : new LocalFences(LOCK_TIMEOUT);
	}

	/** One for probes, and one for the gauge of readiness. */
	@Bean
	static ConnectionShare healthConnections() {
		return new ConnectionShare("health", 2);
	}

	/** A migration waits for another gateway's however long that takes. */
	@Bean
	FlywayConfigurationCustomizer withoutTimeOuts(HikariDataSource pool, StoreProperties properties) {
		return (flyway) -> {
			if (flyway.getDataSource() == pool && pool.getDataSource() instanceof PostgresConnections) {
				flyway.lockRetryCount(-1)
					.dataSource(PostgresConnections.ofMigrations(pool,
							PostgresTransactions.ofMigrations(properties.allowUnsafeDatabase())));
			}
		};
	}

	@Bean
	FlywayMigrationStrategy verifyThenMigrate(Store store, HikariDataSource dataSource) {
		return (flyway) -> {
			store.verify();
			if (dataSource.getJdbcUrl().startsWith(POSTGRESQL)) {
				PostgresSchema.create(dataSource);
			}
			Migrations.requireKnown(flyway);
			store.migrate(() -> flyway.info().pending().length > 0, flyway::migrate);
		};
	}

	/**
	 * Sets what every connection needs, before the pool opens the first, and refuses a
	 * database that cannot be opened.
	 * @param environment has the settings
	 * @param shares what the parts of the gateway hold at the same time
	 * @return the processor
	 */
	@Bean
	static BeanPostProcessor connectionDefaults(Environment environment, ObjectProvider<ConnectionShare> shares) {
		return new BeanPostProcessor() {
			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				if (bean instanceof HikariDataSource pool && pool.getHikariPoolMXBean() == null) {
					configure(pool, environment);
					ConnectionShares.size(pool, shares.stream().toList(), environment);
					FirstConnection.open(pool);
				}
				return bean;
			}
		};
	}

	private static void configure(HikariDataSource pool, Environment environment) {
		String url = pool.getJdbcUrl();
		// the guarantee rests on it, so it is no setting
		pool.setAutoCommit(false);
		// commits the init SQL, which the first rollback would take back otherwise
		pool.setIsolateInternalQueries(true);
		if (url != null && url.startsWith(POSTGRESQL)) {
			postgresDefaults(pool, environment);
		}
		else if (url != null) {
			H2Folder.verifyName(url,
					Binder.get(environment).bindOrCreate("gateway", H2Folder.Properties.class).dataDir());
			// H2 takes ./data but not data, which every other program does
			pool.setJdbcUrl(url.replaceFirst("^(jdbc:h2:file:)(?![./~\\\\]|[A-Za-z]:)", "$1./"));
			pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
			pool.setExceptionOverride(new H2Connections());
			H2Migrations migrations = H2Migrations.of(pool.getJdbcUrl());
			if (migrations != null) {
				H2Folder.verifyWritable(pool.getJdbcUrl());
				migrations.recover(FirstConnection.properties(pool));
			}
		}
	}

	/**
	 * Bounds how long a dead server can hold a lane, and looks for the one that takes
	 * writes; the URL may say otherwise. All else is set by each transaction.
	 */
	private static void postgresDefaults(HikariDataSource pool, Environment environment) {
		pool.getDataSourceProperties().putIfAbsent("tcpKeepAlive", "true");
		pool.getDataSourceProperties().putIfAbsent("connectTimeout", "5");
		pool.getDataSourceProperties().putIfAbsent("socketTimeout", "20");
		pool.getDataSourceProperties().putIfAbsent("targetServerType", "primary");
		boolean allowUnsafe = Binder.get(environment)
			.bind("gateway.store.allow-unsafe-database", Boolean.class)
			.orElse(false);
		PostgresConnections.under(pool, new PostgresTransactions(allowUnsafe));
	}

	/**
	 * Says what keeps the database from its work, if something does.
	 * @param pool where to take a connection from
	 * @return the reason, or nothing if a transaction could be begun
	 */
	static @Nullable String trouble(HikariDataSource pool) {
		try (Connection connection = pool.getConnection();
				PreparedStatement question = connection.prepareStatement("select 1")) {
			if (pool.getJdbcUrl().startsWith(POSTGRESQL)) {
				// H2 would set the connection's, and plan all statements anew
				question.setQueryTimeout(ANSWER_SECONDS);
			}
			question.execute();
			// the question has begun a transaction
			connection.rollback();
			return null;
		}
		catch (SQLException ex) {
			return PostgresTransactions.refused(ex) ? ex.getMessage() : "the database does not answer";
		}
		catch (RuntimeException ex) {
			return "the database does not answer";
		}
	}

}
