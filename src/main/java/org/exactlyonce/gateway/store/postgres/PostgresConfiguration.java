package org.exactlyonce.gateway.store.postgres;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.DatabaseUrl;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.StoreProperties;
import org.exactlyonce.gateway.store.StoreRefusedException;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The store where the database's URL names PostgreSQL.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(PostgresConfiguration.OnPostgres.class)
class PostgresConfiguration {

	@Bean
	Store store(HikariDataSource pool, StoreProperties properties,
			@Value("${gateway.commit.timeout}") Duration timeout) {
		if (pool.getDataSource() instanceof PostgresConnections connections) {
			return new PostgresStore(pool, pool.getJdbcUrl(), properties.allowUnsafeDatabase(),
					new Replication(pool, connections.transactions(), timeout));
		}
		throw new StoreRefusedException("The pool opens its connections itself, without what the guarantee rests on.",
				"Leave the pool to the gateway: set spring.datasource.url, username and password only.");
	}

	@Bean
	Fences fences(JdbcOperations jdbc, TransactionOperations transaction) {
		return new PostgresFences(jdbc, transaction);
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

	/**
	 * Sets what every connection needs, before the pool opens the first, and refuses a
	 * server that cannot be used.
	 * @param environment has the settings
	 * @return the processor
	 */
	@Bean
	static BeanPostProcessor postgresConnections(Environment environment) {
		return new BeanPostProcessor() {
			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				if (bean instanceof HikariDataSource pool && pool.getHikariPoolMXBean() == null) {
					configure(pool, environment);
					PostgresConnections.openFirst(pool);
				}
				return bean;
			}
		};
	}

	/**
	 * Bounds how long a dead server can hold a lane, and looks for the one that takes
	 * writes; the URL may say otherwise. All else is set by each transaction.
	 */
	private static void configure(HikariDataSource pool, Environment environment) {
		pool.getDataSourceProperties().putIfAbsent("tcpKeepAlive", "true");
		pool.getDataSourceProperties().putIfAbsent("connectTimeout", "5");
		pool.getDataSourceProperties().putIfAbsent("socketTimeout", "20");
		pool.getDataSourceProperties().putIfAbsent("targetServerType", "primary");
		boolean allowUnsafe = Binder.get(environment)
			.bind("gateway.store.allow-unsafe-database", Boolean.class)
			.orElse(false);
		PostgresConnections.under(pool, new PostgresTransactions(allowUnsafe));
	}

	static final class OnPostgres implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata annotated) {
			return DatabaseUrl.namesPostgres(context.getEnvironment());
		}

	}

}
