package org.exactlyonce.gateway.cloudevent;

import java.util.Map;
import java.util.TreeMap;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events whose attributes are headers.
 */
class BinaryEventTest {

	private static MockHttpServletRequest request(String... headers) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		for (String header : headers) {
			String[] parts = header.split(": ?", 2);
			request.addHeader(parts[0], parts[1]);
		}
		return request;
	}

	private static BinaryEvent read(MockHttpServletRequest request) {
		FieldErrors errors = new FieldErrors();
		BinaryEvent event = BinaryEvent.read(request, errors);
		errors.refuseIfAny();
		return event;
	}

	private static Problems refuse(String... headers) {
		return Problems.thrownBy(() -> read(request(headers)));
	}

	@Test
	void attributesBecomeHeadersOfTheRecord() {
		BinaryEvent event = read(request("CE-SpecVersion: 1.0", "ce-id: a%201", "Ce-Source: /orders", "ce-type: made",
				"ce-Subject: %E2%82%AC", "ce-time: 2026-11-29T10:00:00Z", "ce-dataschema: urn:x", "ce-5ext: 5",
				"ce-partitionkey: k%C3%A9y", "Content-Type: text/xml", "cex-id: other", "X-ce-id: other"));
		assertThat(event.id()).isEqualTo("/orders a 1");
		assertThat(event.key()).isEqualTo("kéy".getBytes(java.nio.charset.StandardCharsets.UTF_8));
		assertThat(event.headers()).isEqualTo(RecordHeaders.of(new TreeMap<>(Map.of("ce-specversion", "1.0", "ce-id",
				"a 1", "ce-source", "/orders", "ce-type", "made", "ce-subject", "€", "ce-time", "2026-11-29T10:00:00Z",
				"ce-dataschema", "urn:x", "ce-5ext", "5", "ce-partitionkey", "kéy"))));
	}

	@Test
	void theKeyMayBeLeftOut() {
		assertThat(read(request("ce-specversion: 1.0", "ce-id: 1", "ce-source: /", "ce-type: t")).key()).isNull();
	}

	@Test
	void namesWhatIsMissing() {
		assertThat(refuse("ce-type: t").errors()).containsExactly("ce-specversion: is missing", "ce-id: is missing",
				"ce-source: is missing");
		assertThat(refuse("ce-id: 1").errors()).containsExactly("ce-specversion: is missing", "ce-source: is missing",
				"ce-type: is missing");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "ce-specversion: 0.3|is \"0.3\", must be \"1.0\"",
			"ce-specversion:|is \"\", must be \"1.0\"", "ce-id:|is empty, must have a character at least",
			"ce-id: %00|contains U+0000, must not have control characters",
			"ce-id: a%C2%85|contains U+0085, must not have control characters",
			"ce-id: %F0%9F%BF%BE|contains U+1FFFE, which is no character",
			"ce-id: %EF%B7%90|contains U+FDD0, which is no character",
			"ce-id: %C0%A0|must be UTF-8 text, percent-encoded",
			"ce-source:|must be a URI-reference (RFC 3986), such as /orders/eu",
			"ce-source: a%20b|must be a URI-reference (RFC 3986), such as /orders/eu",
			"ce-source: %25|must be a URI-reference (RFC 3986), such as /orders/eu",
			"ce-type:|is empty, must have a character at least", "ce-subject:|is empty, must have a character at least",
			"ce-partitionkey:|is empty, must have a character at least",
			"ce-time: 2026-11-29|must be a time of RFC 3339, such as 2026-11-23T10:00:00.123Z",
			"ce-dataschema:|must be a URI (RFC 3986), such as https://example.com/order.json",
			"ce-dataschema: /order|must be a URI (RFC 3986), such as https://example.com/order.json",
			"ce-datacontenttype: text/xml|comes as Content-Type where attributes are headers, must be left out",
			"ce-data: x|is no name of an attribute: it is kept for an event's data",
			"ce-my_ext: x|is no name of an attribute, which must have lower-case letters (a to z) and digits alone",
			"ce-my-ext: x|is no name of an attribute, which must have lower-case letters (a to z) and digits alone",
			"ce-: x|is no name of an attribute, which must have lower-case letters (a to z) and digits alone",
			"ce-ext: %zz|has a % without two hexadecimal digits behind it, must have it as %25" })
	void refusesWhatIsNoEvent(String header, String message) {
		MockHttpServletRequest request = request("ce-specversion: 1.0", "ce-id: 1", "ce-source: /", "ce-type: t");
		String name = header.substring(0, header.indexOf(':'));
		request.removeHeader(name);
		request.addHeader(name, header.substring(name.length() + 1).strip());
		assertThat(Problems.thrownBy(() -> read(request)).errors()).containsExactly(name + ": " + message);
	}

	@Test
	void refusesAHeaderThatIsRepeated() {
		assertThat(refuse("ce-specversion: 1.0", "ce-id: 1", "CE-ID: 1", "ce-source: /", "ce-type: t", "ce-ext: a",
				"ce-ext: b")
			.errors()).containsExactly("ce-ext: is given more than once", "ce-id: is given more than once");
	}

	@Test
	void theJoinedIdHasItsBound() {
		String source = "/" + "s".repeat(999);
		String[] headers = { "ce-specversion: 1.0", "ce-id: " + "%F0%9F%98%80".repeat(999), "ce-source: " + source,
				"ce-type: t" };
		assertThat(read(request(headers)).id()).isEqualTo(source + " " + "😀".repeat(999));
		headers[1] += "x";
		assertThat(refuse(headers).errors())
			.containsExactly("ce-id: has 2001 characters, with the source and a space before it, may have 2000");
	}

}
