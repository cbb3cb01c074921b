package org.exactlyonce.gateway.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

import javax.sql.DataSource;

import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Compares this machine's clock with the database's. A clock that is ahead takes the
 * times of the log with it, as they never go back. Looked at when the gateway starts and
 * once a minute, beside the appends.
 */
@Component("clockHealthContributor")
class ClockWatch implements HealthIndicator, SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

	/** What is worth a warning. */
	static final Duration TOLERANCE = Duration.ofMinutes(1);

	private static final Duration PERIOD = Duration.ofMinutes(1);

	/** After so many looks a warning is repeated. */
	private static final int REPEAT = 60;

	private final DataSource dataSource;

	private final Store store;

	private final Clock clock;

	private int looksSinceWarning;

	private volatile @Nullable Duration ahead;

	private final Periodic watching = new Periodic("clock-watch", PERIOD,
			new RepeatedTask("The look at the database's clock", this::look));

	ClockWatch(DataSource dataSource, Store store, Clock clock) {
		this.dataSource = dataSource;
		this.store = store;
		this.clock = clock;
	}

	/** Looks once. */
	void look() {
		try {
			Duration measured = measure();
			boolean before = isOff(this.ahead);
			this.ahead = measured;
			if (isOff(measured) && (!before || ++this.looksSinceWarning >= REPEAT)) {
				this.looksSinceWarning = 0;
				log.warn(
						"The clock of this machine is {} s {} the database's. Set it: appendedAt, which never goes back "
								+ "within a partition, follows the clock that is furthest ahead",
						measured.abs().toSeconds(), measured.isNegative() ? "behind" : "ahead of");
			}
		}
		catch (SQLException | RuntimeException ex) {
			log.debug("The database's time could not be read", ex); // next time
		}
	}

	private Duration measure() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			Instant asked = this.clock.instant();
			try (ResultSet row = statement.executeQuery("select current_timestamp")) {
				row.next();
				Duration half = Duration.between(asked, this.clock.instant()).dividedBy(2);
				return Duration.between(row.getObject(1, OffsetDateTime.class).toInstant(), asked.plus(half));
			}
			finally {
				if (!connection.getAutoCommit()) {
					connection.rollback();
				}
			}
		}
	}

	private static boolean isOff(@Nullable Duration ahead) {
		return ahead != null && ahead.abs().compareTo(TOLERANCE) > 0;
	}

	/** Up, as appends are right whatever the clock says. */
	@Override
	public Health health() {
		Duration known = this.ahead;
		Health.Builder health = Health.up();
		if (known != null) {
			health.withDetail("aheadOfDatabaseMillis", known.toMillis());
		}
		if (isOff(known)) {
			health.withDetail("warning", "the clock of this machine differs from the database's by more than "
					+ TOLERANCE.toSeconds() + " s: set it");
		}
		return health.build();
	}

	@Override
	public void start() {
		if (this.store.isShared()) { // otherwise the database's clock is this one
			this.watching.start();
		}
	}

	@Override
	public void stop() {
		this.watching.stop();
	}

	@Override
	public boolean isRunning() {
		return this.watching.isRunning();
	}

}
