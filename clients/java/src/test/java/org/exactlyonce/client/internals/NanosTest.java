package org.exactlyonce.client.internals;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NanosTest {

	@Test
	void longestDurationCanBeToldAndAdded() {
		Duration longest = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
		assertThat(Nanos.of(longest) + Nanos.of(longest)).isPositive();
		assertThat(Nanos.toMillis(longest)).isEqualTo(Nanos.of(longest) / 1_000_000);
		assertThat(Nanos.toMillis(Duration.ofMillis(1500))).isEqualTo(1500);
	}

}
