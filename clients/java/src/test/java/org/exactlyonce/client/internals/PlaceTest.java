package org.exactlyonce.client.internals;

import org.exactlyonce.client.InvalidTopicException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PlaceTest {

	@Test
	void isFoundAtItsPath() {
		assertThat(new Place("orders", 3).path()).isEqualTo("topics/orders/partitions/3");
		assertThat(Place.ofRecords(0).path()).isEqualTo("partitions/0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "records", "a.b-c_D9", "..." })
	void takesWhatKafkaTakes(String name) {
		assertThatCode(() -> Place.check(name)).doesNotThrowAnyException();
		assertThatCode(() -> Place.check("x".repeat(249))).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "a/b", "a b", "ü", "a\n" })
	void refusesWhatKafkaRefuses(String name) {
		assertThatExceptionOfType(InvalidTopicException.class).isThrownBy(() -> Place.check(name))
			.withMessageStartingWith("Topic name is invalid: ");
		assertThatExceptionOfType(InvalidTopicException.class).isThrownBy(() -> Place.check("x".repeat(250)));
	}

}
