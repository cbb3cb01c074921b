package org.exactlyonce.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that breaks a rule is caught, by the scenario that is there for it; one that
 * keeps them all passes.
 */
class PlantedFlawsTest {

	private static Conformance suite;

	@BeforeAll
	static void open() throws IOException {
		suite = new Conformance(Path.of(System.getProperty("gateway.jar")), List.of(), 1, 1);
	}

	@AfterAll
	static void close() throws IOException {
		suite.close();
	}

	@ParameterizedTest
	@CsvSource({ "renumbers, answer-lost, times", "batches-again, answer-lost, batched again",
			"gives-up, answer-lost, but the log has it", "drops-on-503, unavailable, has 0 outcomes",
			"resends-under-a-new-epoch, answer-lost, times",
			"answers-out-of-order, answers-out-of-order, told after that of a later one",
			"impatient, unavailable, Retry-After", "tells-duplicates, ids, but nobody had sent it before",
			"skips, log-put-back-while-read, 'where the log has 5 '",
			"repeats, log-put-back-while-read, 'where the log has 6 '",
			"waits-always, log-put-back-while-read, ended by null",
			"tells-no-records, log-put-back-while-read, read 0 records" })
	void catchesWhoBreaksARule(String flaw, String scenario, String saying) throws IOException {
		assertThat(suite.run(scenario, driver(flaw))).anySatisfy((wrong) -> assertThat(wrong).contains(saying));
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "answer-lost", "unavailable", "answers-out-of-order", "requests-out-of-order",
			"gateway-killed", "two-gateways", "database-restarted", "ids", "log-put-back-while-read" })
	void passesWhoKeepsThem(String scenario) throws IOException {
		assertThat(suite.run(scenario, driver("none"))).isEmpty();
	}

	private static List<String> driver(String flaw) {
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), PlantedClient.class.getName(), flaw);
	}

}
