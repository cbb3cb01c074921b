package org.exactlyonce.gateway.json;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JsonPointerTest {

	/** The document of RFC 6901, section 5, and some more. */
	private static final byte[] DOCUMENT = """
			{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\\\j": 5, "k\\"l": 6, " ": 7,
			 "m~n": 8, "deep": {"list": [{"id": "x"}, {"id": 1.50, "more": {"id": "y"}}], "id": "\\u00e4\\u0000"},
			 "01": "no index", "nothing": null, "yes": true, "~1": "tilde one"}
			""".getBytes(StandardCharsets.UTF_8);

	private static JsonPointer.Found find(String pointer) {
		return JsonPointer.parse(pointer).find(DOCUMENT);
	}

	private static JsonPointer.Found find(String pointer, String json) {
		return JsonPointer.parse(pointer).find(json.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`',
			value = { "/foo; ARRAY; ``", "/foo/0; STRING; bar", "/foo/1; STRING; baz", "/; NUMBER; 0",
					"/a~1b; NUMBER; 1", "/c%d; NUMBER; 2", "/e^f; NUMBER; 3", "/g|h; NUMBER; 4", "/i\\j; NUMBER; 5",
					"/k\"l; NUMBER; 6", "`/ `; NUMBER; 7", "/m~0n; NUMBER; 8", "/deep; OBJECT; ``",
					"/deep/list/0/id; STRING; x", "/deep/list/1/id; NUMBER; 1.50", "/deep/list/1/more/id; STRING; y",
					"/01; STRING; no index", "/nothing; NULL; null", "/yes; TRUE; true", "/~01; STRING; tilde one" })
	void findsWhatIsThere(String pointer, JsonKind kind, String text) {
		assertThat(find(pointer)).isEqualTo(new JsonPointer.Found(kind, text, null));
	}

	@Test
	void readsEscapesOfStrings() {
		assertThat(find("/deep/id").text()).isEqualTo("ä\0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bar", "/foo/2", "/foo/00", "/foo/-", "/foo/0/x", "/nothing/x", "/yes/0", "/deep/list/id",
			"/deep/0", "//", "/id" })
	void findsNothingElsewhere(String pointer) {
		assertThat(find(pointer)).isEqualTo(new JsonPointer.Found(null, "", null));
	}

	/** What a strict reader refuses leaves no doubt about a value that is elsewhere. */
	@ParameterizedTest
	@ValueSource(strings = { "{'a': {'id': 'x'}, 'half': '\\ud800', '\\udc00': 1}",
			"{'b': 1, 'b': 2, 'a': {'c': [], 'c': {}, 'id': 'x'}}", "\ufeff{'a': {'id': 'x'}}",
			"{'a': {'id': 'x'}, 'a': {'id': '\\u0078'}}", "{'a': {'id': 'x'}, 'a': {}, 'a': 1}",
			"{'a': {'id': 'x', 'id': 'x'}}" })
	void findsItsValueInWhatIsNotStrict(String json) {
		assertThat(find("/a/id", json.replace('\'', '"'))).isEqualTo(new JsonPointer.Found(JsonKind.STRING, "x", null));
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`',
			value = { "{'id': 'x', 'id': 'y'}; is repeated with different values",
					"{'id': 'x', 'id': 'x', 'id': 'y', 'id': 'y'}; is repeated with different values",
					"{'id': '1', 'id': 1}; is repeated with different values",
					"{'id': null, 'id': 1}; is repeated with different values",
					"{'id': 'x', 'id': {}}; is repeated with different values",
					"{'id': '\\ud800'}; contains an unpaired surrogate",
					"{'id': '\\udc00\\ud800'}; contains an unpaired surrogate" })
	void saysWhatLeavesADoubt(String json, String fault) {
		assertThat(find("/id", json.replace('\'', '"'))).isEqualTo(new JsonPointer.Found(null, "", fault));
	}

	@Test
	void comesToTheGroundOfDeepDocuments() {
		String deep = "[".repeat(9_999) + "]".repeat(9_999);
		assertThat(find("/id", "{\"deep\":" + deep + ",\"id\":7}").text()).isEqualTo("7");
		assertThat(find("/deep" + "/0".repeat(600), "{\"deep\":" + deep + "}").kind()).isEqualTo(JsonKind.ARRAY);
		assertThat(find("/id", "{\"deep\":[" + deep + "],\"id\":7}").fault())
			.isEqualTo("cannot be looked up in a body that is nested deeper than 10000 levels");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "id=1", "{\"id\":1", "{\"id\":1} 2", "{\"id\":01}", "{'id':1}", "{\"id\":1,}",
			"\ufeff\ufeff{\"id\":1}", "{\"id\":1}\0", "{\"id\":NaN}", "{\"id\":1 /**/}" })
	void looksIntoJsonAlone(String text) {
		assertThat(find("/id", text).fault()).isEqualTo("cannot be looked up in a body that is no JSON in UTF-8");
	}

	@Test
	void looksIntoUtf8Alone() {
		assertThat(JsonPointer.parse("/id").find("{\"id\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1)).fault())
			.isEqualTo("cannot be looked up in a body that is no JSON in UTF-8");
		assertThat(JsonPointer.parse("/id").find("{\"id\":1}".getBytes(StandardCharsets.UTF_16LE)).kind()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "id", "#/id", "/a~", "/a~2b", "/~~0" })
	void refusesWhatIsNone(String pointer) {
		assertThat(JsonPointer.parse(pointer)).isNull();
	}

}
