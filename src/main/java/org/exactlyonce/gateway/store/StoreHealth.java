package org.exactlyonce.gateway.store;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports whether the database answers, takes writes and has room. Takes the place of
 * Spring Boot's own {@code db} indicator, whose details would show exception classes.
 */
@Component("dbHealthContributor")
class StoreHealth implements HealthIndicator {

	private final HikariDataSource pool;

	private final Store store;

	private final StoreProperties properties;

	StoreHealth(HikariDataSource pool, Store store, StoreProperties properties) {
		this.pool = pool;
		this.store = store;
		this.properties = properties;
	}

	@Override
	public Health health() {
		String reason = this.store.beyondRepair();
		if (reason == null) {
			reason = StoreConfiguration.trouble(this.pool);
		}
		if (reason != null) {
			return Health.down().withDetail("reason", reason).build();
		}
		try {
			this.store.requireRoom();
		}
		catch (StoreFullException ex) {
			return Health.down().withDetail("reason", String.valueOf(ex.getMessage())).build();
		}
		return Health.up()
			.withDetail("database", this.store.describe())
			.withDetail("unsafeDatabaseAllowed", this.properties.allowUnsafeDatabase())
			.build();
	}

}
