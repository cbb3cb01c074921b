package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import org.exactlyonce.client.Header;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.OutgoingRecord;
import org.exactlyonce.client.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecordLineTest {

	@Test
	void writesAllThatARecordHas() {
		List<Header> headers = List.of(new Header("a", utf8("1")), new Header("a", null),
				new Header("b", new byte[] { 0, (byte) 0xff }));
		OutgoingRecord outgoing = new OutgoingRecord("records", 1, utf8("k\"é\n"), Value.json("{ \"n\" : 1.0 }"),
				headers, Instant.parse("2026-11-23T10:00:00.123456Z"));
		assertThat(line(outgoing)).isEqualTo("{\"key\":\"k\\\"é\\u000a\",\"value\":{\"n\":1.0},"
				+ "\"headers\":[[\"a\",\"1\"],[\"a\",null],[\"b\",{\"base64\":\"AP8=\"}]],"
				+ "\"timestamp\":\"2026-11-23T10:00:00.123Z\"}\n");
	}

	@Test
	void writesTheIdFirst() {
		assertThat(line(new OutgoingRecord(0, Value.json("1")).withId("order \"é\"")))
			.isEqualTo("{\"id\":\"order \\\"é\\\"\",\"value\":1}\n");
		String longest = "\ud83d\ude00".repeat(255);
		assertThat(line(new OutgoingRecord(0, Value.json("1")).withId(longest))).contains(longest);
	}

	@ParameterizedTest
	@MethodSource("wrongIds")
	void refusesIdsThatTheGatewayDoesNotTake(String id) {
		assertThatThrownBy(() -> line(new OutgoingRecord(0, Value.json("1")).withId(id)))
			.isInstanceOf(InvalidRecordException.class)
			.hasMessageContaining("id");
	}

	static List<String> wrongIds() {
		return List.of("", "x".repeat(256), "a\nb", "a\u0085", "\ud800");
	}

	@Test
	void writesKeysThatAreNoTextAsBase64() {
		assertThat(key((byte) 0xff)).isEqualTo("{\"keyBase64\":\"/w==\",\"tombstone\":true}\n");
		assertThat(key((byte) 0)).isEqualTo("{\"keyBase64\":\"AA==\",\"tombstone\":true}\n");
		assertThat(key()).isEqualTo("{\"key\":\"\",\"tombstone\":true}\n");
	}

	@Test
	void writesTextAndBytes() {
		assertThat(line(new OutgoingRecord(0, Value.text("a\tb")))).isEqualTo("{\"valueText\":\"a\\u0009b\"}\n");
		assertThat(line(new OutgoingRecord(0, Value.bytes(new byte[] { 1, 2 }))))
			.isEqualTo("{\"valueBase64\":\"AQI=\"}\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			 [ 1 , 2.50 , -0 , 1e400 ] | [1,2.50,-0,1e400]
			{"a b" : " c " , "é":null} | {"a b":" c ","é":null}
			"\\u00e9 \\ud83d\\ude00 \\n" | "\\u00e9 \\ud83d\\ude00 \\n"
			 true | true
			[[],{}] | [[],{}]
			""")
	void keepsTheSpellingOfJson(String json, String written) {
		assertThat(line(new OutgoingRecord(0, Value.json(json + "\n")))).isEqualTo("{\"value\":" + written + "}\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{\"a\":1,}", "[1,]", "[1 2]", "01", "1.", "-", "nul", "'a'", "\"a", "\"\n\"",
			"\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "{\"a\":1,\"a\":2}",
			"{\"a\":1,\"\\u0061\":2}", "{} {}", "{a:1}", "[\"a\" : 1]" })
	void refusesWhatIsNoJson(String json) {
		assertThatThrownBy(() -> line(new OutgoingRecord(0, Value.json(json))))
			.isInstanceOf(InvalidRecordException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\ud800", "\udc00", "a\ud83d", "\ude00\ud83d", "\ud83d\ude00\udbff?", "é\udfff" })
	void refusesUnpairedSurrogates(String text) {
		for (Value value : List.of(Value.text(text), Value.json('"' + text + '"'))) {
			assertThatThrownBy(() -> line(new OutgoingRecord(0, value))).isInstanceOf(InvalidRecordException.class)
				.hasMessageContaining("unpaired surrogate");
		}
	}

	@Test
	void keepsPairsOfSurrogates() {
		assertThat(line(new OutgoingRecord(0, Value.text("é\ud83d\ude00?"))))
			.isEqualTo("{\"valueText\":\"é\ud83d\ude00?\"}\n");
	}

	@Test
	void refusesJsonThatIsTooDeep() {
		String deepest = "[".repeat(500) + "]".repeat(500);
		assertThat(line(new OutgoingRecord(0, Value.json(deepest)))).endsWith(deepest + "}\n");
		assertThatThrownBy(() -> line(new OutgoingRecord(0, Value.json('[' + deepest + ']'))))
			.hasMessageContaining("500 levels");
	}

	@Test
	void refusesNamesOfHeadersAndTimestampsThatCannotBeSent() {
		assertThatThrownBy(() -> line(header("a\u0000"))).isInstanceOf(InvalidRecordException.class);
		assertThatThrownBy(() -> line(header("\ud800"))).isInstanceOf(InvalidRecordException.class);
		assertThatThrownBy(() -> line(new OutgoingRecord("records", 0, null, Value.json("1"), List.of(), Instant.MAX)))
			.isInstanceOf(InvalidRecordException.class);
		assertThatThrownBy(() -> line(new OutgoingRecord(0, Value.json(new byte[] { '"', (byte) 0xff, '"' }))))
			.isInstanceOf(InvalidRecordException.class);
	}

	private static OutgoingRecord header(String name) {
		return new OutgoingRecord("records", 0, null, Value.json("1"), List.of(new Header(name, null)), null);
	}

	private static String key(byte... key) {
		return line(new OutgoingRecord("records", 0, key, Value.tombstone(), List.of(), null));
	}

	private static String line(OutgoingRecord outgoing) {
		return new String(RecordLine.of(outgoing), StandardCharsets.UTF_8);
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
