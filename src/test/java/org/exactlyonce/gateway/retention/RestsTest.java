package org.exactlyonce.gateway.retention;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RestsTest {

	private long nanos = 5;

	private boolean running = true;

	private final List<Long> rested = new ArrayList<>();

	private final Rests rests = new Rests(() -> this.running, () -> this.nanos, this::rest);

	@BeforeEach
	void begin() {
		this.rests.begin();
	}

	private void rest(long nanos) {
		this.rested.add(TimeUnit.NANOSECONDS.toMillis(nanos));
		this.nanos += nanos;
	}

	private void work(long micros) {
		this.nanos += TimeUnit.MICROSECONDS.toNanos(micros);
	}

	@Test
	void restsEightTimesAsLongAsItWorked() {
		work(3_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
		work(10_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
		assertThat(this.rested).containsExactly(24L, 80L);
	}

	@Test
	void addsUpWorkThatIsTooShortForARest() {
		for (int i = 0; i < 5; i++) {
			work(400);
			assertThat(this.rests.getAsBoolean()).isTrue();
		}
		assertThat(this.rested).containsExactly(9L);
	}

	@Test
	void restsForAFifthOfASecondAtMost() {
		work(60_000_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
		assertThat(this.rested).containsExactly(200L);
	}

	@Test
	void restsLessOnceALookIsLong() {
		work(598_000_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
		work(2_000_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
		work(10_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
		assertThat(this.rested).containsExactly(200L, 200L, 20L);
	}

	@Test
	void restsNoMoreOnceALookIsTwiceAsLong() {
		work(1_200_000_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
		assertThat(this.rested).isEmpty();
	}

	@Test
	void restsNotForTheTimeBetweenTwoLooks() {
		this.rests.end();
		work(10_000_000);
		this.rests.begin();
		assertThat(this.rests.getAsBoolean()).isTrue();
		assertThat(this.rested).isEmpty();
	}

	@Test
	void beginsAsALongLookHasEnded() {
		work(600_001_000);
		next();
		next();
		assertThat(this.rested).as("after one of ten minutes, then after a short one").containsExactly(20L, 80L);
		work(1_200_000_000);
		next();
		next();
		assertThat(this.rested.subList(2, this.rested.size())).as("the first of them did not rest")
			.containsExactly(80L);
	}

	private void next() {
		this.rests.end();
		this.rests.begin();
		work(10_000);
		assertThat(this.rests.getAsBoolean()).isTrue();
	}

	@Test
	void restsNoMoreOnceItIsStopped() {
		work(3_000);
		this.running = false;
		assertThat(this.rests.getAsBoolean()).isFalse();
		assertThat(this.rested).isEmpty();
	}

	@Test
	void isStoppedWhileItRests() {
		Rests stopped = new Rests(() -> this.running, () -> this.nanos, (nanos) -> this.running = false);
		stopped.begin();
		work(3_000);
		assertThat(stopped.getAsBoolean()).isFalse();
	}

}
