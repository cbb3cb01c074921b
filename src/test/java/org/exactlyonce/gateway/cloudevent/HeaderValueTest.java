package org.exactlyonce.gateway.cloudevent;

import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the HTTP binding writes attributes into headers.
 */
class HeaderValueTest {

	/** The first is the example of the specification. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false,
			value = { "Euro%20%E2%82%AC%20%F0%9F%98%80|Euro € 😀", "%e2%82%ac|€", "%41b%63|Abc", "%2525|%25", "a+b|a+b",
					"/a/b?c=d|/a/b?c=d", "\"a b\"|a b", "\"a \\\"b\\\" \\\\ %41\"|a \"b\" \\ A", "a\\b|a\\b",
					"a\"b c\"d\"\"|ab cd", "%22a%22|\"a\"", "''|''" })
	void decodes(String value, String text) {
		assertThat(decode(value)).isEqualTo(text);
	}

	/** What HTTP does not forbid, and the container reads byte by byte. */
	@Test
	void takesUtf8AsItIs() {
		String asTheContainerReads = new String("é %41".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
		assertThat(decode(asTheContainerReads)).isEqualTo("é A");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "%|has a % without two hexadecimal digits behind it, must have it as %25",
					"a%4|has a % without two hexadecimal digits behind it, must have it as %25",
					"%4g|has a % without two hexadecimal digits behind it, must have it as %25",
					"%-1|has a % without two hexadecimal digits behind it, must have it as %25",
					"100%é1|has a % without two hexadecimal digits behind it, must have it as %25",
					"%C0%A0|must be UTF-8 text, percent-encoded", "%E2%82|must be UTF-8 text, percent-encoded",
					"%ED%A0%80|must be UTF-8 text, percent-encoded", "é|must be UTF-8 text, percent-encoded",
					"\"a|has a double quote without an end, must have it as %22",
					"5\"|has a double quote without an end, must have it as %22",
					"\"a\\\"|has a double quote without an end, must have it as %22" })
	void refusesWhatCouldBeReadInSeveralWays(String value, String error) {
		FieldErrors errors = new FieldErrors();
		assertThat(HeaderValue.decode(value, "ce-subject", errors)).isNull();
		assertThat(Problems.thrownBy(errors::refuseIfAny).errors()).containsExactly("ce-subject: " + error);
	}

	private static String decode(String value) {
		FieldErrors errors = new FieldErrors();
		String text = HeaderValue.decode(value, "ce-subject", errors);
		assertThat(errors.isEmpty()).isTrue();
		return text;
	}

}
