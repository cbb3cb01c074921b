package org.exactlyonce.gateway.json;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JsonPointerTest {

	/** The document of RFC 6901, section 5, and some more. */
	private static final byte[] DOCUMENT = JsonDocuments.readIfJson("""
			{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\\\j": 5, "k\\"l": 6, " ": 7,
			 "m~n": 8, "deep": {"list": [{"id": "x"}, {"id": 1.50, "more": {"id": "y"}}], "id": "\\u00e4\\u0000"},
			 "01": "no index", "nothing": null, "yes": true, "~1": "tilde one"}
			""".getBytes(StandardCharsets.UTF_8));

	private static JsonPointer.Found find(String pointer) {
		return JsonPointer.parse(pointer).find(DOCUMENT);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`',
			value = { "/foo; ARRAY; ``", "/foo/0; STRING; bar", "/foo/1; STRING; baz", "/; NUMBER; 0",
					"/a~1b; NUMBER; 1", "/c%d; NUMBER; 2", "/e^f; NUMBER; 3", "/g|h; NUMBER; 4", "/i\\j; NUMBER; 5",
					"/k\"l; NUMBER; 6", "`/ `; NUMBER; 7", "/m~0n; NUMBER; 8", "/deep; OBJECT; ``",
					"/deep/list/0/id; STRING; x", "/deep/list/1/id; NUMBER; 1.50", "/deep/list/1/more/id; STRING; y",
					"/01; STRING; no index", "/nothing; NULL; null", "/yes; TRUE; true", "/~01; STRING; tilde one" })
	void findsWhatIsThere(String pointer, JsonKind kind, String text) {
		assertThat(find(pointer)).isEqualTo(new JsonPointer.Found(kind, text));
	}

	@Test
	void readsEscapesOfStrings() {
		assertThat(find("/deep/id").text()).isEqualTo("ä\0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bar", "/foo/2", "/foo/00", "/foo/-", "/foo/0/x", "/nothing/x", "/yes/0", "/deep/list/id",
			"/deep/0", "//", "/id" })
	void findsNothingElsewhere(String pointer) {
		assertThat(find(pointer)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "id", "#/id", "/a~", "/a~2b", "/~~0" })
	void refusesWhatIsNone(String pointer) {
		assertThat(JsonPointer.parse(pointer)).isNull();
	}

}
