package org.exactlyonce.gateway.relay;

import java.time.Clock;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

class RelayHealthTest {

	private final RelayProperties properties = new RelayProperties(true, "records", "", "cursors", 4);

	private final Relay relay = new Relay(null, null, new Leases(null, null, null, "records", 1), null, null);

	private final RelayLag lag = new RelayLag(this.relay, null, null, Clock.systemUTC(), null,
			new LagMetrics(new SimpleMeterRegistry()));

	@Test
	void saysNothingOfALagThatIsNotKnown() {
		RelayHealth health = new RelayHealth(this.relay, this.lag, this.properties);
		assertThat(health.health().getDetails()).containsEntry("partitionsHeld", 0)
			.doesNotContainKeys("lagRecords", "lagSeconds");
		assertThat(health.health().getStatus()).isEqualTo(Status.UP);
	}

}
