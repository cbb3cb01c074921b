package org.exactlyonce.gateway.json;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is no JSON, or is not of the asked type, is refused and never guessed.
 */
class StrictJsonTest {

	@ParameterizedTest
	@CsvSource({ "0, 0", "7, 7", "9007199254740991, 9007199254740991" })
	void readsIntegers(String text, long value) {
		assertThat(read("{\"number\":" + text + "}")).containsEntry("number", value);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "1.0", "1.5", "1e2", "1E2", "0.0", "\"0\"", "\"7\"", "true", "[]", "{}", "[1]", "{\"a\":1}" })
	void refusesWhatIsNoInteger(String text) {
		assertThat(refuse("{\"number\":" + text + "}").errors()).containsExactly("number: must be an integer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "-0", "9007199254740992", "9223372036854775808", "-9223372036854775809",
			"100000000000000000000" })
	void refusesIntegersOutOfRange(String text) {
		assertThat(refuse("{\"number\":" + text + "}").errors())
			.containsExactly("number: is " + text + ", must be 0 to 9007199254740991");
	}

	@Test
	void shortensLongNumberInMessage() {
		assertThat(refuse("{\"number\":" + "9".repeat(5000) + "}").errors())
			.containsExactly("number: is " + "9".repeat(40) + "…, must be 0 to 9007199254740991");
	}

	@ParameterizedTest
	@ValueSource(strings = { "number", "text", "bytes", "list", "object" })
	void takesNullAsLeftOut(String field) {
		assertThat(read("{\"" + field + "\":null}")).doesNotContainKey(field);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "text|5|a string", "text|{}|a string", "text|true|a string",
			"list|{\"a\":[]}|an array", "list|\"[]\"|an array", "object|[{}]|an object", "object|\"{}\"|an object" })
	void refusesWrongTypeAndReadsOn(String field, String text, String wanted) {
		assertThat(refuse("{\"" + field + "\":" + text + ",\"number\":-1}").errors())
			.containsExactly(field + ": must be " + wanted, "number: is -1, must be 0 to 9007199254740991");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "[{\"number\":1}]", "{\"number\":1}" })
	void refusesUnknownFieldAndReadsOn(String value) {
		assertThat(refuse("{\"nunber\":" + value + ",\"text\":1}").errors()).containsExactly(
				"nunber: is not a known field, did you mean number? known: number, text, any",
				"text: must be a string");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{\"number\":1,\"number\":1}|number",
			"{\"number\":1,\"n\\u0075mber\":2}|number", "{\"text\":null,\"number\":1,\"text\":\"\"}|text",
			"{\"any\":{\"a\":1,\"a\":1}}|any.a", "{\"any\":{\"a\":1,\"\\u0061\":1}}|any.a",
			"{\"any\":[0,{\"b\":[{\"c\":{},\"c\":[]}]}]}|any[1].b[0].c", "{\"list\":[1,{\"x\":1,\"x\":1}]}|list[1].x",
			"{\"object\":{\"x\":1,\"x\":1}}|object.x", "{\"object\":{\"y\":{},\"x\":{\"z\":1,\"z\":2}}}|object.x.z",
			"{\"unknown\":{\"z\":1,\"z\":2}}|unknown.z", "{\"any\":{\"\":1,\"\":2}}|any." })
	void namesPathOfRepeatedField(String json, String path) {
		assertThat(refuse(json).errors()).startsWith(path + ": is repeated");
	}

	@Test
	void takesSameNameInDifferentObjects() {
		assertThat(read("{\"any\":[{\"a\":1},{\"a\":{\"a\":1}}],\"object\":{\"any\":1}}")).containsKey("any");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n", "[]", "null", "1", "\"{}\"", "true", "{", "}", "{]", "{\"number\":1",
			"{\"number\":1,}", "{\"number\" 1}", "{\"number\":}", "{number:1}", "{'number':1}", "{\"number\":01}",
			"{\"number\":+1}", "{\"number\":.5}", "{\"number\":1.}", "{\"number\":NaN}", "{\"any\":Infinity}",
			"{\"any\":0x10}", "{\"any\":nul}", "{\"any\":TRUE}", "{\"any\":[1,]}", "{\"any\":[,1]}", "{\"any\":[1 2]}",
			"{\"any\":\"\t\"}", "{\"any\":\"\n\"}", "{\"any\":\"\\x\"}", "{\"any\":\"\\u12\"}", "{\"any\":\"",
			"{\"any\":1/**/}", "{\"any\":1}//", "{}{}", "{} x", "{}1", "{}]", "{},", "\u00a0{}", "{\u2003}", "\f{}" })
	void refusesWhatIsNoJsonObject(String json) {
		Problems problem = refuse(json);
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.code()).isEqualTo("INVALID_REQUEST");
		assertThat(problem.errors()).isEmpty();
		assertThat(problem.detail()).startsWith("The body ").endsWith(".");
	}

	@ParameterizedTest
	@CsvSource({ "EFBBBF7B7D, UTF-8 with a byte order mark", "FEFF007B007D, UTF-16BE", "FFFE7B007D00, UTF-16LE",
			"007B007D, UTF-16BE without a mark", "7B007D00, UTF-16LE without a mark", "0000007B0000007D, UTF-32BE",
			"7B22616E79223A22FF227D, a byte that is never used", "7B22616E79223A22C3227D, a sequence cut short",
			"7B22616E79223A22C0AF227D, an overlong slash", "7B22616E79223A22C080227D, an overlong NUL",
			"7B22616E79223A22E0809F227D, overlong in three bytes", "7B22616E79223A22EDA080227D, a raw surrogate",
			"7B22616E79223A22EDA0BDEDB880227D, a raw surrogate pair (CESU-8)",
			"7B22616E79223A22F4908080227D, beyond U+10FFFF", "7B22616E79223A22E9227D, Latin-1",
			"7B22616E79223A2200227D, a raw NUL in a string", "7B7D00, a NUL at the end" })
	void refusesWhatIsNotUtf8Text(String hex) {
		Problems problem = Problems
			.thrownBy(() -> JsonDocuments.read(HexFormat.of().parseHex(hex), new FieldErrors(), new Sample()));
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.detail()).startsWith("The body ").contains("UTF-8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800\\ud800\\udc00", "\\ud800x", "x\\uDBFF",
			"\\ud83d\uD83D\uDE00", "\\ud83d\\n", "\\ud83d\\\\ude00" })
	void refusesUnpairedSurrogates(String escaped) {
		assertThat(refuse("{\"any\":\"" + escaped + "\"}").errors())
			.containsExactly("any: contains an unpaired surrogate");
		assertThat(refuse("{\"any\":[{\"" + escaped + "\":1}]}").status()).isEqualTo(400);
		assertThat(refuse("{\"" + escaped + "\":1}").status()).isEqualTo(400);
		assertThat(refuse("{\"text\":\"" + escaped + "\"}").errors())
			.containsExactly("text: contains an unpaired surrogate");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\ud83d\\ude00", "\\uD83D\\uDE00", "\uD83D\uDE00", "\\\\ud800", "\\\\\\\\udc00",
			"\\uffff", "\\ud7ff\\ue000", "\\\"\\ud83d\\ude00\\\"" })
	void takesPairsAndWhatOnlyLooksLikeSurrogate(String escaped) {
		assertThat(read("{\"any\":\"" + escaped + "\"}")).containsEntry("any", "\"" + escaped + "\"");
	}

	@Test
	void refusesNulInTextButNotInValues() {
		assertThat(refuse("{\"text\":\"a\\u0000\"}").errors()).containsExactly("text: contains U+0000");
		assertThat(read("{\"any\":\"a\\u0000\"}")).containsEntry("any", "\"a\\u0000\"");
	}

	@Test
	void problemAboutStrangeNameIsStillJson() {
		for (String name : List.of("\\u0000", "x".repeat(100_000), "\\ud83d\\ude00".repeat(1000))) {
			Problems problem = refuse("{\"" + name + "\":1,\"any\":1}");
			byte[] answer = JsonMapper.shared().writeValueAsBytes(problem.response().getBody());
			assertThat(new String(answer, StandardCharsets.UTF_8)).contains("is not a known field")
				.hasSizeLessThan(2000)
				.doesNotContain("\uFFFD?");
			Problems repeated = refuse("{\"any\":{\"" + name + "\":1,\"" + name + "\":1}}");
			answer = JsonMapper.shared().writeValueAsBytes(repeated.response().getBody());
			assertThat(new String(answer, StandardCharsets.UTF_8)).contains("is repeated").hasSizeLessThan(2000);
		}
	}

	@Test
	void takes500LevelsAndRefuses501() {
		assertThat(read("{\"any\":" + "[".repeat(499) + "]".repeat(499) + "}")).containsKey("any");
		assertThat(read("{\"any\":" + "{\"a\":".repeat(499) + "1" + "}".repeat(499) + "}")).containsKey("any");
		for (String json : List.of("{\"any\":" + "[".repeat(500) + "]".repeat(500) + "}",
				"{\"any\":" + "{\"a\":".repeat(500) + "1" + "}".repeat(500) + "}",
				"{\"unknown\":" + "[".repeat(100_000), "[".repeat(100_000))) {
			Problems problem = refuse(json);
			assertThat(problem.status()).isEqualTo(400);
		}
		assertThat(refuse("{\"any\":" + "[".repeat(500) + "]".repeat(500) + "}").detail())
			.isEqualTo("The body is nested deeper than 500 levels.");
	}

	@Test
	void forgetsTheNamesItHasRead() {
		refuse("{\"warm-up\":1}");
		long before = usedMemory();
		for (int i = 0; i < 8; i++) {
			assertThat(refuse("{\"" + i + "x".repeat(4 << 20) + "\":1}").status()).isEqualTo(400);
		}
		assertThat(usedMemory() - before).isLessThan(16 << 20);
	}

	@Test
	void keepsLittleOfTheNamesOfSmallDocuments() {
		refuse("{\"warm-up\":1}");
		long before = usedMemory();
		for (int i = 0; i < 10_000; i++) {
			assertThat(refuse("{\"" + i + "x".repeat(1000) + "\":1}").status()).isEqualTo(400);
		}
		assertThat(usedMemory() - before).isLessThan(6 << 20);
	}

	private static long usedMemory() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	@Test
	void takes100000MembersAtATimeAndRefusesMore() {
		String members = IntStream.range(0, 49_998).mapToObj((i) -> "\"" + i + "\":1").collect(Collectors.joining(","));
		String open = "{\"any\":{" + members + ",\"in\":[{" + members;
		assertThat(read(open + ",\"x\":1,\"y\":1}]}}")).as("any and in count too").containsKey("any");
		assertThat(read("{\"any\":[{" + members + "},{" + members + "},{" + members + "}]}")).containsKey("any");
		for (String more : List.of(open + ",\"x\":1,\"y\":1,\"z\":1}]}}", open + ",\"x\":1,\"y\":1,\"z\":1",
				"{\"unknown\":{" + members + "},\"any\":{" + members + ",\"x\":{" + members + ",\"y\":{\"z\":{}}}}}")) {
			assertThat(refuse(more).detail())
				.isEqualTo("The body has an object of more than 100000 members, those around it included.");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 5000 })
	void takesLongNumbersInValues(int digits) {
		String number = "-" + "9".repeat(digits) + "." + "1".repeat(digits) + "e-" + "7".repeat(digits);
		assertThat(read("{\"any\":" + number + "}")).containsEntry("any", number);
	}

	@ParameterizedTest
	@CsvSource({ "AAEC/w==, 000102ff", "'', ''", "+/+/, fbffbf" })
	void readsBase64(String text, String hex) {
		assertThat(read("{\"bytes\":\"" + text + "\"}")).containsEntry("bytes", hex);
	}

	@ParameterizedTest
	@ValueSource(strings = { "A", "AA=", "-_-_", "AAEC/w==\\n", "AA EC", "AA==AA==", "é" })
	void refusesWhatIsNotBase64(String text) {
		assertThat(refuse("{\"bytes\":\"" + text + "\"}").errors())
			.containsExactly("bytes: must be base64 (RFC 4648, section 4)");
	}

	@Test
	void keepsFirst100Errors() {
		String json = IntStream.range(0, 150)
			.mapToObj((i) -> "\"f" + i + "\":1")
			.collect(Collectors.joining(",", "{", "}"));
		Problems problem = refuse(json);
		assertThat(problem.errors()).hasSize(100)
			.startsWith("f0: is not a known field; known: number, text, any")
			.endsWith("f99: is not a known field; known: number, text, any");
		assertThat(problem.detail()).startsWith("f0: is not a known field; known: number, text, any (and ")
			.endsWith(" more, the first 100 are in errors)");
	}

	@Test
	void namesALineThatIsNoObject() {
		FieldErrors errors = new FieldErrors();
		int number = 0;
		for (String line : List.of("{\"number\":}", "7", "{\"number\":1}2", "{\"any\":{\"a\":1,\"a\":2}}", "{\"x\":1}",
				"{\"any\":" + "[".repeat(500))) {
			boolean ended = JsonDocuments.readLine(line.getBytes(StandardCharsets.UTF_8), "line " + ++number, errors,
					new Sample());
			assertThat(ended).as(line).isEqualTo(line.equals("{\"x\":1}"));
		}
		assertThat(Problems.of(errors.toException()).errors()).containsExactly(
				"line 1: is not valid JSON: see column 11", "line 2: must be a JSON object such as {...}",
				"line 3: goes on after the JSON value", "line 4.any.a: is repeated",
				"x: is not a known field; known: number, text, any", "line 6: is nested deeper than 500 levels");
	}

	@Test
	void reportsOneErrorOfEachField() {
		FieldErrors errors = new FieldErrors();
		errors.add("a", "is not a number");
		errors.add("b", "is missing");
		errors.add("a", "comes together with b");
		Problems problem = Problems.of(errors.toException());
		assertThat(problem.errors()).containsExactly("a: is not a number", "b: is missing");
		assertThat(problem.detail()).contains("(and 1 more");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { " 7 |7", "\"é\"|\"é\"", "null|null", " { \"a\" : [ 1.0 ] } |{\"a\":[1.0]}" })
	void readsAWholeBodyAsOneValue(String body, String minimal) {
		FieldErrors errors = new FieldErrors();
		byte[] value = JsonDocuments.readWhole(body.getBytes(StandardCharsets.UTF_8), "value", errors);
		assertThat(new String(value, StandardCharsets.UTF_8)).isEqualTo(minimal);
		assertThat(errors.isEmpty()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "1 2", "{", "{'a':1}", "tru", "01" })
	void refusesABodyThatIsNoValue(String body) {
		Problems problem = Problems
			.thrownBy(() -> JsonDocuments.readWhole(body.getBytes(StandardCharsets.UTF_8), "value", new FieldErrors()));
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.detail()).startsWith("The body ");
	}

	private static Map<String, Object> read(String json) {
		Sample sample = new Sample();
		FieldErrors errors = new FieldErrors();
		JsonDocuments.read(json.getBytes(StandardCharsets.UTF_8), errors, sample);
		errors.refuseIfAny();
		return sample.fields;
	}

	private static Problems refuse(String json) {
		return Problems.thrownBy(() -> read(json));
	}

	/** A document with a field of each type. */
	private static final class Sample implements JsonDocument {

		private final Map<String, Object> fields = new LinkedHashMap<>();

		@Override
		public void member(StrictJson json, String name) {
			Object value = switch (name) {
				case "number" -> json.readNumber(name);
				case "text" -> json.readString(name, false);
				case "any" -> new String(json.readValue(name), StandardCharsets.UTF_8);
				case "bytes" -> {
					byte[] bytes = json.readBase64(name);
					yield (bytes != null) ? HexFormat.of().formatHex(bytes) : null;
				}
				case "list" -> json.readArray(name, () -> json.readValue(name)) ? name : null;
				case "object" -> json.readObject(name, (member) -> json.readValue(name)) ? name : null;
				default -> {
					json.unknownField(name, List.of("number", "text", "any"));
					yield null;
				}
			};
			if (value != null) {
				this.fields.put(name, value);
			}
		}

	}

}
