package org.exactlyonce.gateway.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports whether the database answers, takes writes and has room. Takes the place of
 * Spring Boot's own {@code db} indicator, whose details would show exception classes.
 */
@Component("dbHealthContributor")
class StoreHealth implements HealthIndicator {

	private static final int ANSWER_SECONDS = 2;

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
			reason = trouble();
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

	/** Null if a transaction could be begun. */
	private @Nullable String trouble() {
		try (Connection connection = this.pool.getConnection();
				PreparedStatement question = connection.prepareStatement("select 1")) {
			if (this.store.isShared()) {
				// H2 would set the connection's, and plan all statements anew
				question.setQueryTimeout(ANSWER_SECONDS);
			}
			question.execute();
			// the question has begun a transaction
			connection.rollback();
			return null;
		}
		catch (SQLException | RuntimeException ex) {
			return this.store.trouble(ex);
		}
	}

}
