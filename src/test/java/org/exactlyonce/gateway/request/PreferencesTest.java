package org.exactlyonce.gateway.request;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code Prefer: wait} as RFC 7240 writes it.
 */
class PreferencesTest {

	private static final Duration CAP = Duration.ofSeconds(10);

	private static Duration granted(String... lines) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		for (String line : lines) {
			request.addHeader("Prefer", line);
		}
		return Preferences.waitUpTo(request, CAP);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "wait=2|2", "Wait=2|2", "WAIT = 2|2", "wait=\"2\"|2", "wait=0|0", "wait=007|7", "wait=10|10",
					"wait=11|10", "wait=99999999999999999999999|10", "respond-async, wait=3|3",
					"wait=3; foo=bar, respond-async|3", "wait=3, wait=4|3", "x=\"wait=9, wait=8\", wait=1|1",
					",, wait=4|4", "x=\"unclosed\\\", wait=5|5" })
	void grantsWhatIsAskedForUpToTheCap(String prefer, long seconds) {
		assertThat(granted(prefer)).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "respond-async", "wait", "wait=", "wait=\"\"", "wait=two", "wait=-1", "wait=+1",
			"wait=1.5", "wait=1s", "waits=1", "await=1", "respond-async; wait=1", "x=\"wait=1\"", "wait=x, wait=1" })
	void ignoresWhatIsNoNumberOfSeconds(String prefer) {
		assertThat(granted(prefer)).isNull();
	}

	@Test
	void readsSeveralHeadersAsOne() {
		assertThat(granted("respond-async", "wait=2", "wait=3")).isEqualTo(Duration.ofSeconds(2));
		assertThat(granted()).isNull();
	}

	@Test
	void readsALongHeaderInTheTimeOfItsLength() {
		String commas = ",\"".repeat(100_000);
		long start = System.nanoTime();
		assertThat(granted(commas + "wait=1")).isNull();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
	}

}
