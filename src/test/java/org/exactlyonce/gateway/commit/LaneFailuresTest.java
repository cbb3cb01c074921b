package org.exactlyonce.gateway.commit;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How long a failure of a lane counts, on a clock that the test moves. */
class LaneFailuresTest {

	private long now = Long.MAX_VALUE - 10; // as it may be, it overflows in a moment

	private final LaneFailures failures = new LaneFailures(() -> this.now);

	private void fail() {
		this.failures.failed("A group was not committed", 1, new IllegalStateException("gone"));
	}

	@Test
	void countsForTenSecondsAsTrafficMayStayAway() {
		assertThat(this.failures.isRecent()).isFalse();
		fail();
		this.now += Duration.ofSeconds(10).toNanos() - 1;
		assertThat(this.failures.isRecent()).isTrue();
		this.now++;
		assertThat(this.failures.isRecent()).isFalse();
	}

	@Test
	void anotherFailureCountsFromItsOwnTime() {
		fail();
		this.now += Duration.ofSeconds(6).toNanos();
		fail();
		this.now += Duration.ofSeconds(6).toNanos();
		assertThat(this.failures.isRecent()).isTrue();
	}

	@Test
	void successEndsItAtOnce() {
		fail();
		this.failures.succeeded();
		assertThat(this.failures.isRecent()).isFalse();
	}

}
