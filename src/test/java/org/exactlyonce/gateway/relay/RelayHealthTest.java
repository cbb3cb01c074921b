package org.exactlyonce.gateway.relay;

import java.time.Clock;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class RelayHealthTest {

	private final RelayProperties properties = new RelayProperties(true, "records", "", "cursors", 4);

	private final Relay relay = new Relay(null, null, new Leases(null, null, "records", 1), null, null);

	private final RelayLag lag = new RelayLag(this.relay, null, null, Clock.systemUTC(), null,
			new LagMetrics(new SimpleMeterRegistry()));

	@Test
	void saysNothingOfALagThatIsNotKnown() {
		RelayHealth health = new RelayHealth(this.relay, this.lag, this.properties);
		assertThat(health.health().getDetails()).containsEntry("partitionsHeld", 0)
			.doesNotContainKeys("lagRecords", "lagSeconds");
		assertThat(health.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void isDownOnceTheLeasesHaveEnded() {
		Relay unable = mock(Relay.class);
		RelayHealth health = new RelayHealth(unable, this.lag, this.properties);
		given(unable.sinceRenewal()).willReturn(Leases.TERM);
		assertThat(health.health().getStatus()).isEqualTo(Status.UP);
		assertThat(health.health().getDetails()).doesNotContainKey("leases");
		given(unable.sinceRenewal()).willReturn(Leases.TERM.plusNanos(1));
		assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.health().getDetails())
			.extractingByKey("leases", InstanceOfAssertFactories.map(String.class, String.class))
			.containsOnlyKeys("reason", "action")
			.extractingByKey("reason", InstanceOfAssertFactories.STRING)
			.contains("not renewed for 5 s");
	}

}
