package org.exactlyonce.gateway.request;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DigitsTest {

	private final FieldErrors errors = new FieldErrors();

	@ParameterizedTest
	@CsvSource({ "0, 0", "7, 7", "9007199254740991, 9007199254740991" })
	void parsesDigits(String text, long value) {
		assertThat(Digits.parse(text)).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-1", "+1", "1.0", "1e2", " 1", "1 ", "0x1", "abc", "٣", "１", "9007199254740992",
			"9999999999999999", "18446744073709551616", "00000000000000001", "007", "00", "1_000" })
	void parsesNothingElse(String text) {
		assertThat(Digits.parse(text)).isEqualTo(-1);
	}

	@Test
	void fallsBackWhenLeftOut() {
		assertThat(Digits.read("limit", null, 100, 1, 1000, this.errors)).isEqualTo(100);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 500, 1000 })
	void readsRange(long value) {
		assertThat(Digits.read("limit", Long.toString(value), 100, 1, 1000, this.errors)).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "1001", "-1", "", "ten", "1.0" })
	void refusesWhatIsOutOfRange(String text) {
		Digits.read("limit", text, 100, 1, 1000, this.errors);
		assertThat(Problems.of(this.errors.toException()).errors())
			.containsExactly("limit: is \"" + text + "\", must be an integer of 1 to 1000");
	}

	@Test
	void shortensLongText() {
		Digits.read("limit", "9".repeat(5000), 1, 0, 9, this.errors);
		assertThat(Problems.of(this.errors.toException()).errors())
			.containsExactly("limit: is \"" + "9".repeat(40) + "…\", must be an integer of 0 to 9");
	}

}
