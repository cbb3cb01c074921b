package org.exactlyonce.gateway.commit;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports whether appends can be taken: every lane runs, and the database took its last
 * group.
 */
@Component("lanesHealthContributor")
class LanesHealth implements HealthIndicator {

	/** After one of them the appends in progress were answered 503. */
	private static final int PATIENCE_TIMEOUTS = 2;

	private final Lanes lanes;

	private final long patienceMillis;

	LanesHealth(Lanes lanes, CommitProperties properties) {
		this.lanes = lanes;
		this.patienceMillis = PATIENCE_TIMEOUTS * properties.timeout().toMillis();
	}

	@Override
	public Health health() {
		long oldestMillis = this.lanes.oldestCommitMillis();
		boolean failing = this.lanes.isFailing();
		boolean up = this.lanes.areAlive() && !failing && oldestMillis <= this.patienceMillis;
		return (up ? Health.up() : Health.down()).withDetail("lanes", this.lanes.alive())
			.withDetail("lastGroupFailed", failing)
			.withDetail("queuedAppends", this.lanes.queued())
			.withDetail("oldestCommitMillis", oldestMillis)
			.build();
	}

}
