package org.exactlyonce.gateway.cloudevent;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * The grammar of RFC 3986: its examples, those of CloudEvents, and what is near them.
 */
class UriReferenceTest {

	@ParameterizedTest
	@ValueSource(strings = { "ftp://ftp.is.co.za/rfc/rfc1808.txt", "http://www.ietf.org/rfc/rfc2396.txt",
			"ldap://[2001:db8::7]/c=GB?objectClass?one", "mailto:John.Doe@example.com",
			"news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212", "telnet://192.0.2.16:80/",
			"urn:oasis:names:specification:docbook:dtd:xml:4.1.2", "https://github.com/cloudevents",
			"mailto:cncf-wg-serverless@lists.cncf.io", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
			"https://user:pa%20ss@host:/a;b=1/c?d=/e?#f/?", "file:///etc/hosts", "x:", "a+b-c.9:", "x://",
			"x://[v7.a:b]:1", "x://[::ffff:192.0.2.1]", "x:a:b" })
	void takesUris(String text) {
		assertThat(UriReference.isUri(text)).isTrue();
		assertThat(UriReference.isReference(text)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "/", "//", "//host:80/path", "/cloudevents/spec/pull/123", "/sensors/tn-1234567/alerts",
					"1-555-123-4567", "a/b:c", "./a:b", "?a:b", "#", "../..", "a?b#c", "/a//b", "%41" })
	void takesRelativeReferences(String text) {
		assertThat(UriReference.isReference(text)).isTrue();
		assertThat(UriReference.isUri(text)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", "a b", "a\nb", ":", ":a", "1a:b", "a_b:c", "%", "/%4", "/%4g", "/é", "/a\\b", "/a\"b",
			"/<a>", "/{a}", "/a|b", "/a^b", "/`", "a#b#c", "/[", "?[a]", "x://[", "x://[::1", "x://[::1]a",
			"x://[1.2.3.4]", "x://[v.a]", "x://[v7.]", "x://a:b", "x://a:1:2", "x://a@b@c", "x://a b", "//[::g]",
			"x:\u0000" })
	void refusesOthers(String text) {
		assertThat(UriReference.isReference(text)).isFalse();
		assertThat(UriReference.isUri(text)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "x://[, ::, y]", "x:, %41, ' '", "'', a+, :", "//, a:, @@", "//a, :1, x", "x://[v, 1., ]" })
	void takesTimeInProportionToTheLength(String start, String middle, String end) {
		String text = start + middle.repeat(2_000_000) + end;
		assertThatNoException()
			.isThrownBy(() -> assertTimeoutPreemptively(Duration.ofSeconds(20), () -> UriReference.isReference(text)));
	}

	@Test
	void aSchemeIsNoSegment() {
		assertThat(UriReference.isReference("a:b/c")).isTrue();
		assertThat(UriReference.isReference("a%41:b")).isFalse();
	}

}
