package org.exactlyonce.benchmark;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A load is written in short, and what was mistyped is no load.
 */
class ScenarioTest {

	@ParameterizedTest
	@CsvSource({ "64c, 64, 1, 1, 0, JSON", "16c+8p, 16, 8, 1, 0, JSON", "8p 16c, 16, 8, 1, 0, JSON",
			"1000b, 64, 1, 1000, 0, JSON", "64c+1000b+ndjson, 64, 1, 1000, 0, NDJSON", "ndjson, 64, 1, 1, 0, NDJSON",
			"256c+8p+100b+50d+ndjson, 256, 8, 100, 50, NDJSON", "1c+1p+10000b+100d, 1, 1, 10000, 100, JSON" })
	void readsWhatIsGivenAndTakesDefaultsForTheRest(String text, int connections, int partitions, int batch,
			int duplicates, Scenario.Form form) {
		assertThat(Scenario.parse(text)).isEqualTo(new Scenario(connections, partitions, batch, duplicates, form));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "64", "c", "64x", "64c,16c", "64c8p", "64c+", "+64c", "64c+json", "0c", "9p", "0p",
			"0b", "10001b", "101d", "-1c", "99999999999c" })
	void refusesWhatIsNoLoad(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Scenario.parse(text));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			64c | 64 connections
			16c+8p+100b+ndjson+50d | 16 connections, 8 partitions, batches of 100 in NDJSON, 50 % duplicates""")
	void labelNamesWhatIsNotTheDefault(String text, String label) {
		assertThat(Scenario.parse(text).label()).isEqualTo(label);
	}

	@Test
	void allIsEveryCombinationOnce() {
		assertThat(Scenario.all()).hasSize(4 * 2 * 3 * 2)
			.doesNotHaveDuplicates()
			.contains(Scenario.parse("64c"), Scenario.parse("256c+8p+1000b+50d"));
	}

	@Test
	void takesOtherConnections() {
		assertThat(Scenario.parse("64c+8p+50d").withConnections(4)).isEqualTo(Scenario.parse("4c+8p+50d"));
	}

}
