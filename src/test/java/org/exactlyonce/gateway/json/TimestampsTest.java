package org.exactlyonce.gateway.json;

import java.time.Instant;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * RFC 3339, all of it and nothing else.
 */
class TimestampsTest {

	@ParameterizedTest
	@CsvSource({ "2026-11-23T10:00:00Z, 2026-11-23T10:00:00Z", "2026-11-23t10:00:00z, 2026-11-23T10:00:00Z",
			"2026-11-23T10:00:00+00:00, 2026-11-23T10:00:00Z", "2026-11-23T10:00:00-00:00, 2026-11-23T10:00:00Z",
			"2026-11-23T10:00:00+01:00, 2026-11-23T09:00:00Z", "2026-11-23T10:00:00-05:30, 2026-11-23T15:30:00Z",
			"2026-11-23T10:00:00+23:59, 2026-11-22T10:01:00Z", "2026-11-23T10:00:00-23:59, 2026-11-24T09:59:00Z",
			"2026-11-23T00:00:00.1Z, 2026-11-23T00:00:00.100Z", "2026-11-23T00:00:00.12Z, 2026-11-23T00:00:00.120Z",
			"2026-11-23T00:00:00.123Z, 2026-11-23T00:00:00.123Z", "2026-11-23T00:00:00.1239Z, 2026-11-23T00:00:00.123Z",
			"2026-11-23T00:00:00.000999Z, 2026-11-23T00:00:00Z",
			"2026-11-23T00:00:00.123456789Z, 2026-11-23T00:00:00.123Z",
			"2026-11-23T00:00:00.999999999999Z, 2026-11-23T00:00:00.999Z",
			"1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z", "2024-02-29T12:00:00Z, 2024-02-29T12:00:00Z",
			"2000-02-29T12:00:00Z, 2000-02-29T12:00:00Z", "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z",
			"1990-12-31T15:59:60-08:00, 1990-12-31T23:59:59Z", "2016-12-31T23:59:60.5Z, 2016-12-31T23:59:59.500Z",
			"0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
			"9999-12-31T23:59:59+00:01, 9999-12-31T23:58:59Z", "2026-11-23T23:59:59Z, 2026-11-23T23:59:59Z" })
	void readsTimeToTheMillisecond(String text, Instant expected) {
		assertThat(Timestamps.parse(text)).hasValue(expected.toEpochMilli());
	}

	@ParameterizedTest
	@CsvSource({ "2026-11-23T10:00:00Z, 2026-11-23T10:00:00Z", "2026-11-23T10:00:00.123Z, 2026-11-23T10:00:00.123Z",
			"2026-11-23T10:00:00.1230000Z, 2026-11-23T10:00:00.123Z",
			"2026-11-23T10:00:00.1230001Z, 2026-11-23T10:00:00.124Z",
			"2026-11-23T10:00:00.9991+01:00, 2026-11-23T09:00:01Z" })
	void isNotBeforeTheTimeItIsRoundedUpFrom(String text, Instant expected) {
		assertThat(Timestamps.parseRoundedUp(text)).hasValue(expected.toEpochMilli());
	}

	@Test
	void roundsNothingUpThatIsNoTime() {
		assertThat(Timestamps.parseRoundedUp("2026-13-01T00:00:00.0001Z")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "now", "2026-11-23", "10:00:00Z", "2026-11-23T10:00:00", "2026-11-23 10:00:00Z",
			"2026-11-23T10:00Z", "2026-11-23T10:00:00.Z", "2026-11-23T10:00:00,5Z", "2026-11-23T10:00:00+0100",
			"2026-11-23T10:00:00+01", "2026-11-23T10:00:00+24:00", "2026-11-23T10:00:00+01:60", "2026-11-23T24:00:00Z",
			"2026-11-23T23:60:00Z", "2026-11-23T23:59:61Z", "2026-11-23T10:00:60Z", "2026-11-23T23:59:60+01:00",
			"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
			"2026-04-31T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-02-30T00:00:00Z",
			"10000-01-01T00:00:00Z", "+2026-11-23T10:00:00Z", "-0001-01-01T00:00:00Z", "26-11-23T10:00:00Z",
			"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", " 2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z ",
			"2026-11-23T10:00:00Z\n", "2026-11-23T10:00:00Z[UTC]", "2026-11-23T10:00:00UTC", "٢٠٢٦-11-23T10:00:00Z",
			"2026-W48-1T10:00:00Z", "20261123T100000Z", "1763892000000" })
	void refusesWhatIsNoTime(String text) {
		assertThat(Timestamps.parse(text)).isEmpty();
	}

	@Test
	void readsBackWhatAnInstantPrints() {
		long first = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
		long end = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli() + 1;
		new Random(3339).longs(1000, first, end)
			.forEach(
					(millis) -> assertThat(Timestamps.parse(Instant.ofEpochMilli(millis).toString())).hasValue(millis));
	}

}
