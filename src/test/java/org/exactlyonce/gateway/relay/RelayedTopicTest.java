package org.exactlyonce.gateway.relay;

import java.util.UUID;

import org.exactlyonce.gateway.topic.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RelayedTopicTest {

	private static final long GROWTH = RelayedTopic.GROWTH.toNanos();

	private final RelayedTopic topic = RelayedTopic.of(
			new TopicPartition.Placed(new TopicPartition("orders", 1, 0, 10_000), UUID.randomUUID()),
			new RelayProperties(true, "records", "", "records-cursor", 4));

	/**
	 * Else a gateway that sees a growth later than another one would call an operator.
	 */
	@Test
	void believesInAnotherNumberOfPartitionsOnceItStays() {
		this.topic.grow(2);
		assertThat(this.topic.isOtherForGood(4, 100)).isFalse();
		assertThat(this.topic.isOtherForGood(4, 99 + GROWTH)).isFalse();
		assertThat(this.topic.isOtherForGood(4, 100 + GROWTH)).isTrue();
	}

	@Test
	void waitsAnewWhenOneOfThemGrows() {
		this.topic.grow(2);
		this.topic.isOtherForGood(4, 100);
		assertThat(this.topic.isOtherForGood(5, 100 + GROWTH)).isFalse();
		this.topic.grow(3);
		assertThat(this.topic.isOtherForGood(5, 100 + 2 * GROWTH)).isFalse();
		assertThat(this.topic.isOtherForGood(5, 100 + 3 * GROWTH)).isTrue();
	}

}
