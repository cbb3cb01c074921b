package org.exactlyonce.gateway.commit;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports whether a restart is needed: a lane has ended, or hangs in a transaction for
 * longer than any database that is merely slow or away could hold it. H2 may do that once
 * its disk was full to the last byte. A restart loses nothing.
 */
@Component("laneProgressHealthContributor")
class LaneProgressHealth implements HealthIndicator {

	/** The time-outs of a connection to PostgreSQL let go of a lane sooner. */
	private static final int PATIENCE_TIMEOUTS = 6;

	private final Lanes lanes;

	private final long patienceMillis;

	LaneProgressHealth(Lanes lanes, CommitProperties properties) {
		this.lanes = lanes;
		this.patienceMillis = PATIENCE_TIMEOUTS * properties.timeout().toMillis();
	}

	@Override
	public Health health() {
		boolean up = this.lanes.areAlive() && this.lanes.oldestCommitMillis() <= this.patienceMillis;
		return (up ? Health.up() : Health.down()).build();
	}

}
