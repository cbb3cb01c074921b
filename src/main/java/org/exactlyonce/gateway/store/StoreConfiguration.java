package org.exactlyonce.gateway.store;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * What both databases have in common: the store is checked before anything is written.
 */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

	/** One for probes, and one for the gauge of readiness. */
	@Bean
	static ConnectionShare healthConnections() {
		return new ConnectionShare("health", 2);
	}

	@Bean
	FlywayMigrationStrategy verifyThenMigrate(Store store) {
		return (flyway) -> {
			store.verify();
			Migrations.requireKnown(flyway);
			store.migrate(() -> flyway.info().pending().length > 0, flyway::migrate);
		};
	}

	/**
	 * Sets what every connection needs, before the database's own processor opens the
	 * first.
	 * @param environment has the settings
	 * @param shares what the parts of the gateway hold at the same time
	 * @return the processor
	 */
	@Bean
	static BeanPostProcessor connectionDefaults(Environment environment, ObjectProvider<ConnectionShare> shares) {
		return new BeanPostProcessor() {
			@Override
			public Object postProcessBeforeInitialization(Object bean, String name) {
				if (bean instanceof HikariDataSource pool && pool.getHikariPoolMXBean() == null) {
					// the guarantee rests on it, so it is no setting
					pool.setAutoCommit(false);
					// commits the init SQL, which the first rollback would take back
					// otherwise
					pool.setIsolateInternalQueries(true);
					ConnectionShares.size(pool, shares.stream().toList(), environment);
				}
				return bean;
			}
		};
	}

}
