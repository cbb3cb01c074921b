package org.exactlyonce.gateway.relay;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The pauses of a partition that fails, on a clock that the test moves. */
class RetryPauseTest {

	private long now = Long.MAX_VALUE - 10; // as it may be, it overflows in a moment

	private final RetryPause pause = new RetryPause(() -> this.now);

	@Test
	void isOverBeforeTheFirstFailure() {
		assertThat(this.pause.isOver()).isTrue();
	}

	@Test
	void lastsTwiceAsLongAfterEachFailureUpToTwoSeconds() {
		for (long millis : new long[] { 200, 400, 800, 1600, 2000, 2000 }) {
			assertThat(this.pause.begin()).isEqualTo(Duration.ofMillis(millis));
			this.now += Duration.ofMillis(millis).toNanos() - 1;
			assertThat(this.pause.isOver()).as("%d ms", millis).isFalse();
			this.now++;
			assertThat(this.pause.isOver()).as("%d ms", millis).isTrue();
		}
	}

	@Test
	void beginsAnewAfterASuccess() {
		this.pause.begin();
		this.pause.begin();
		this.pause.reset();
		assertThat(this.pause.begin()).isEqualTo(Duration.ofMillis(200));
	}

	@Test
	void anotherLengthLeavesTheNextOneAsItIs() {
		this.pause.begin(Duration.ofSeconds(30));
		this.now += Duration.ofSeconds(29).toNanos();
		assertThat(this.pause.isOver()).isFalse();
		assertThat(this.pause.begin()).isEqualTo(Duration.ofMillis(200));
	}

}
