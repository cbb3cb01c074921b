package org.exactlyonce.gateway.store.h2;

import java.time.Duration;
import java.util.Locale;

import com.zaxxer.hikari.HikariDataSource;
import org.exactlyonce.gateway.store.DatabaseUrl;
import org.exactlyonce.gateway.store.Fences;
import org.exactlyonce.gateway.store.Store;
import org.exactlyonce.gateway.store.StoreProperties;
import org.exactlyonce.gateway.store.StoreRefusedException;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The store where the database's URL does not name PostgreSQL: the embedded H2, or none.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(H2Configuration.NotOnPostgres.class)
class H2Configuration {

	/** As PostgreSQL's, and H2's for its own locks. */
	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

	@Bean
	Store store(HikariDataSource dataSource, StoreProperties properties) {
		String url = dataSource.getJdbcUrl();
		if (url.toLowerCase(Locale.ROOT).startsWith("jdbc:h2:")) {
			return new H2Store(dataSource, url, properties.minFreeDisk());
		}
		throw new StoreRefusedException("The database URL names neither H2 nor PostgreSQL.",
				"Set spring.datasource.url to jdbc:postgresql://…, or leave it out for the embedded H2.");
	}

	@Bean
	Fences fences() {
		return new LocalFences(LOCK_TIMEOUT);
	}

	/**
	 * Sets what every connection needs, before the pool opens the first, and refuses a
	 * file that cannot be opened.
	 * @param environment has the settings
	 * @return the processor
	 */
	@Bean
	static BeanPostProcessor h2Connections(Environment environment) {
		return new BeanPostProcessor() {
			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				if (bean instanceof HikariDataSource pool && pool.getHikariPoolMXBean() == null) {
					if (pool.getJdbcUrl() != null) {
						configure(pool, environment);
					}
					H2FirstConnection.open(pool);
				}
				return bean;
			}
		};
	}

	private static void configure(HikariDataSource pool, Environment environment) {
		String url = pool.getJdbcUrl();
		H2Folder.verifyName(url, Binder.get(environment).bindOrCreate("gateway", H2Folder.Properties.class).dataDir());
		// H2 takes ./data but not data, which every other program does
		pool.setJdbcUrl(url.replaceFirst("^(jdbc:h2:file:)(?![./~\\\\]|[A-Za-z]:)", "$1./"));
		pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
		pool.setExceptionOverride(new H2Connections());
		H2Migrations migrations = H2Migrations.of(pool.getJdbcUrl());
		if (migrations != null) {
			H2Folder.verifyWritable(pool.getJdbcUrl());
			migrations.recover(H2FirstConnection.properties(pool));
		}
	}

	/** The embedded database is the default. */
	static final class NotOnPostgres implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata annotated) {
			return !DatabaseUrl.namesPostgres(context.getEnvironment());
		}

	}

}
