package org.exactlyonce.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EventIdTest {

	private static final String BODY = """
			{"id": "evt_1", "number": 12.50, "flag": true, "nothing": null, "empty": "", "nul": "a\\u0000",
			 "object": {"id": "x"}, "list": ["first"]}""";

	private static EventId id(String... expressions) {
		return new EventId("shop", List.of(expressions).stream().map(ValueExpression::parse).toList(), false);
	}

	private static Delivery delivery(String body) {
		Map<String, String> headers = Map.of("X-Id", "abc", "X-Empty", "", "X-Utf8", "\u00c3\u00a4", "X-Latin",
				"\u00e4");
		return new Delivery(headers::get, body.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@CsvSource({ "json:/id, shop evt_1", "json:/number, shop 12.50", "json:/flag, shop true", "json:/object/id, shop x",
			"json:/list/0, shop first", "header:X-Id, shop abc", "header:X-Utf8, shop ä", "header:X-Latin, shop ä" })
	void standsBehindTheSource(String expression, String id) {
		assertThat(id(expression).of(delivery(BODY))).isEqualTo(id);
	}

	/** The digest of FIPS 180-4 for "abc". */
	@Test
	void bodyIsItsDigest() {
		assertThat(id("body").of(delivery("abc")))
			.isEqualTo("shop ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	}

	@Test
	void partsAreJoinedByOneSpace() {
		assertThat(id("header:X-Id", "json:/id", "json:/number").of(delivery(BODY))).isEqualTo("shop abc evt_1 12.50");
	}

	@Test
	void withoutPartsThereIsNone() {
		assertThat(id().of(delivery(BODY))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "json:/missing", "json:/nothing", "json:/empty", "json:/list/1", "header:X-Empty",
			"header:X-Missing" })
	void refusesWhatIsMissing(String expression) {
		Problems problem = Problems.thrownBy(() -> id(expression).of(delivery(BODY)));
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.errors())
			.containsExactly(expression + ": is missing: the source shop takes the id of its events from there");
	}

	@Test
	void namesAllThatIsMissing() {
		assertThat(Problems.thrownBy(() -> id("json:/a", "header:X-Id", "header:b").of(delivery(BODY))).errors())
			.extracting((error) -> error.substring(0, error.indexOf(':', 7)))
			.containsExactly("json:/a", "header:b");
	}

	@ParameterizedTest
	@CsvSource({ "json:/object, is an object", "json:/list, is an array" })
	void refusesStructures(String expression, String message) {
		assertThat(Problems.thrownBy(() -> id(expression).of(delivery(BODY))).errors())
			.containsExactly(expression + ": " + message
					+ ", must be a string or a number: the source shop takes the id of its events from there");
	}

	@Test
	void refusesWhatCannotBeStored() {
		assertThat(Problems.thrownBy(() -> id("json:/nul").of(delivery(BODY))).errors())
			.containsExactly("json:/nul: has a control character, must have none");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"id\": \"a\"", "id=a", "", "[\"a\"]" })
	void findsNothingInWhatIsNoJson(String body) {
		Problems problem = Problems.thrownBy(() -> id("json:/id").of(delivery(body)));
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.errors()).containsExactly("json:/id: "
				+ (body.startsWith("[") ? "is missing" : "cannot be looked up in a body that is no JSON in UTF-8")
				+ ": the source shop takes the id of its events from there");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "{\"id\": \"a\", \"id\": \"b\"}; is repeated with different values",
			"{\"id\": \"\\ud83d\"}; contains an unpaired surrogate" })
	void refusesWhatLeavesADoubt(String body, String fault) {
		assertThat(Problems.thrownBy(() -> id("json:/id").of(delivery(body))).errors())
			.containsExactly("json:/id: " + fault + ": the source shop takes the id of its events from there");
	}

	@Test
	void isAsLongAsARecordsIdMayBe() {
		String longest = "😀".repeat(1995);
		assertThat(id("json:/id").of(delivery("{\"id\": \"" + longest + "\"}"))).isEqualTo("shop " + longest);
		assertThat(Problems.thrownBy(() -> id("json:/id").of(delivery("{\"id\": \"" + longest + "x\"}"))).errors())
			.containsExactly("json:/id: makes an id with its source that has 2001 characters, must have 1 to 2000");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "json", "json:", "json:id", "json:/a~", "header:", "header:a b", "header", "Body",
			"body:", "cookie:a" })
	void knowsNoOtherExpressions(String text) {
		assertThat(ValueExpression.parse(text)).isNull();
	}

}
