package org.exactlyonce.gateway.relay;

import java.time.Duration;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TopicTurnsTest {

	private long now;

	private final TopicTurns turns = new TopicTurns(() -> this.now, Duration.ofSeconds(30));

	private boolean begins(Object who) {
		return this.turns.begin(who, false);
	}

	@Test
	void letsAllWorkWhileKafkaAnswers() {
		assertThat(begins("a")).isTrue();
		this.turns.failed(new KafkaException("answered"));
		assertThat(begins("b")).isTrue();
	}

	@Test
	void letsOneWorkAtATimeAfterATimeOut() {
		this.turns.failed(new KafkaException(new TimeoutException("no answer")));
		assertThat(begins("a")).as("in the pause").isFalse();
		this.now = Duration.ofMillis(500).toNanos();
		assertThat(begins("a")).isTrue();
		assertThat(begins("b")).isFalse();
		this.turns.end("b");
		assertThat(begins("c")).as("a still works").isFalse();
		this.turns.end("a");
		assertThat(begins("b")).isTrue();
		this.turns.recovered();
		assertThat(begins("c")).isTrue();
	}

	@Test
	void thoseThatAreOpenWaitForNobody() {
		this.turns.failed(new KafkaException(new TimeoutException("no answer")));
		this.now = Duration.ofMillis(500).toNanos();
		assertThat(begins("a")).isTrue();
		assertThat(this.turns.begin("b", true)).as("while a is opened").isTrue();
		assertThat(this.turns.begin("c", true)).as("while b works").isTrue();
		this.turns.end("b");
		assertThat(begins("d")).as("a is still opened").isFalse();
	}

	@Test
	void pausesForLongerAfterEachTimeOutButNotForThoseThatAreOpen() {
		for (int seconds : new int[] { 0, 1, 2, 4, 8, 16, 30, 30 }) {
			this.turns.failed(new KafkaException(new TimeoutException("no answer")));
			this.now += Duration.ofSeconds(seconds).toNanos() - 1;
			assertThat(seconds > 0 && begins("a")).as("before %d s", seconds).isFalse();
			assertThat(this.turns.begin("b", true)).isTrue();
			this.turns.end("b");
			this.now += (seconds > 0) ? 1 : Duration.ofMillis(500).toNanos() + 1;
			assertThat(begins("a")).as("after %d s", seconds).isTrue();
			this.turns.end("a");
		}
	}

}
