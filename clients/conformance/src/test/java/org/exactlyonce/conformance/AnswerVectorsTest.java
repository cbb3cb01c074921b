package org.exactlyonce.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that takes an answer for what it is not is caught by its vector; one that does
 * not passes all.
 */
class AnswerVectorsTest {

	@ParameterizedTest
	@CsvSource({ "believes-a-proxy, 403-of-a-proxy-and-stored, where it is stored at 41",
			"believes-any-success, 201-of-another-batch, not sent again",
			"believes-any-success, 200-of-another-server, where it is stored at 41", "drops, 503, has 0 outcomes",
			"gives-up, 500-and-stored, where it is stored at 41",
			"impatient, 429-with-retry-after, before the time of Retry-After",
			"renumbers, 503, and then another request", "sends-on, 403-of-a-newer-epoch, sends on",
			"sends-on, 404-producer, sends on", "sends-the-whole, 413-of-a-batch, sent again what was not taken",
			"sends-twice, 200-duplicate, sent again what is stored",
			"tells-stored, 422, 'where it is not stored, and lost'" })
	void catchesWhoTakesAnAnswerForAnother(String flaw, String vector, String saying) throws IOException {
		assertThat(check(flaw, vector::equals))
			.anySatisfy((wrong) -> assertThat(wrong).startsWith("the answer " + vector + ": ").contains(saying));
	}

	@Test
	void passesWhoTakesEachForWhatItIs() throws IOException {
		assertThat(check("none", (any) -> true)).isEmpty();
	}

	private static List<String> check(String flaw, Predicate<String> vectors) throws IOException {
		List<String> driver = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), PlantedSender.class.getName(), flaw);
		return AnswerVectors.check(driver, vectors);
	}

}
