package org.exactlyonce.gateway.cloudevent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events as JSON, alone and in a batch.
 */
class JsonEventsTest {

	private static final String REQUIRED = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

	private static List<LogRecord> batch(String json) {
		FieldErrors errors = new FieldErrors();
		List<LogRecord> records = new ArrayList<>();
		new JsonEvents(errors, records::add).readBatch(json.getBytes(StandardCharsets.UTF_8));
		errors.refuseIfAny();
		return records;
	}

	private static LogRecord one(String json, byte[] key) {
		FieldErrors errors = new FieldErrors();
		List<LogRecord> records = new ArrayList<>();
		new JsonEvents(errors, records::add).readOne(json.getBytes(StandardCharsets.UTF_8),
				"application/cloudevents+json;a=b", key);
		errors.refuseIfAny();
		assertThat(records).hasSize(1);
		return records.get(0);
	}

	private static String text(LogRecord record) {
		return new String(record.value().bytes(), StandardCharsets.UTF_8);
	}

	@Test
	void keepsAnEventAsItWasSent() {
		LogRecord record = one(" { \"data\" : {\"n\": 1.50, \"\\u0061\": \"\\u0000\"},\n \"data_base64\":null,\"x\":-0,"
				+ "\"time\":null, " + REQUIRED + "}\n", null);
		assertThat(text(record)).isEqualTo("{\"data\":{\"n\":1.50,\"\\u0061\":\"\\u0000\"},\"data_base64\":null,"
				+ "\"x\":-0,\"time\":null," + REQUIRED + "}");
		assertThat(record.value().kind()).isEqualTo(RecordValue.Kind.JSON);
		assertThat(record.value().contentType()).isEqualTo("application/cloudevents+json;a=b");
		assertThat(record.id()).isEqualTo("/s 1");
		assertThat(record.key()).isNull();
		assertThat(record.headers()).isSameAs(RecordHeaders.NONE);
		assertThat(record.timestampMillis()).isNull();
	}

	@Test
	void keepsTheEventsOfABatchOneByOne() {
		List<LogRecord> records = batch("[ {" + REQUIRED + ",\"partitionkey\":\"é\"} , {" + REQUIRED.replace("/s", "/z")
				+ ", \"data\": [1 , 2]} ]");
		assertThat(records).extracting(LogRecord::id).containsExactly("/s 1", "/z 1");
		assertThat(records).extracting(JsonEventsTest::text)
			.containsExactly("{" + REQUIRED + ",\"partitionkey\":\"é\"}",
					"{" + REQUIRED.replace("/s", "/z") + ",\"data\":[1,2]}");
		assertThat(records).extracting((record) -> record.value().contentType())
			.containsOnly("application/cloudevents+json");
		assertThat(records).extracting(LogRecord::keyText).containsExactly("é", null);
		assertThat(batch("[]")).isEmpty();
	}

	@Test
	void aGivenKeyComesBeforeTheEvents() {
		String event = "{" + REQUIRED + ",\"partitionkey\":\"own\"}";
		assertThat(one(event, null).keyText()).isEqualTo("own");
		assertThat(one(event, new byte[] { 'k' }).keyText()).isEqualTo("k");
		assertThat(one(event, new byte[0]).key()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"x\":true", "\"x\":false", "\"x\":null", "\"x\":\"\"", "\"x\":2147483647",
			"\"x\":-2147483648", "\"9averylongnamethatisnotforbidden\":1", "\"subject\":null", "\"data\":null",
			"\"data\":\"\"", "\"data\":{\"data_base64\":1}", "\"data_base64\":\"\"", "\"dataschema\":\"x:y#z\"",
			"\"datacontenttype\":\"text/plain; charset=utf-8\"", "\"time\":\"2026-11-29t10:00:00.123456789+01:00\"",
			"\"datacontenttype\":\"text/plain\",\"data\":{}" })
	void takesWhatIsAllowed(String member) {
		assertThat(text(one("{" + REQUIRED + "," + member + "}", null))).contains(member.replace(": ", ":"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "\"specversion\":\"0.3\"|specversion: is \"0.3\", must be \"1.0\"",
			"\"specversion\":1.0|specversion: must be a string", "\"specversion\":null|specversion: is missing",
			"\"id\":1|id: must be a string", "\"id\":\"\"|id: is empty, must have a character at least",
			"\"id\":null|id: is missing", "\"id\":\"\\u0000\"|id: contains U+0000",
			"\"id\":\"\\ud800\"|id: contains an unpaired surrogate",
			"\"id\":\"\\n\"|id: contains U+000A, must not have control characters",
			"\"source\":\"a b\"|source: must be a URI-reference (RFC 3986), such as /orders/eu",
			"\"source\":\"\"|source: must be a URI-reference (RFC 3986), such as /orders/eu",
			"\"source\":[]|source: must be a string", "\"type\":\"\"|type: is empty, must have a character at least",
			"\"type\":{\"a\":1}|type: must be a string",
			"\"subject\":\"\"|subject: is empty, must have a character at least",
			"\"subject\":true|subject: must be a string",
			"\"time\":\"yesterday\"|time: must be a time of RFC 3339, such as 2026-11-23T10:00:00.123Z",
			"\"time\":1764000000|time: must be a string",
			"\"dataschema\":\"order.json\"|dataschema: must be a URI (RFC 3986), such as https://example.com/order.json",
			"\"datacontenttype\":\"json\"|datacontenttype: must be a media type, such as application/json",
			"\"datacontenttype\":\"\"|datacontenttype: must be a media type, such as application/json",
			"\"datacontenttype\":\"text/*\"|datacontenttype: must be a media type, such as application/json",
			"\"partitionkey\":7|partitionkey: must be a string",
			"\"partitionkey\":\"\"|partitionkey: is empty, must have a character at least",
			"\"data_base64\":\"AA\"|data_base64: must be base64 (RFC 4648, section 4)",
			"\"data_base64\":{}|data_base64: must be a string",
			"\"data\":1,\"data_base64\":\"AA==\"|data_base64: comes together with data, must be one of them",
			"\"data_base64\":\"AA==\",\"data\":null|data_base64: comes together with data, must be one of them",
			"\"data\":\"\\udc00\"|data: contains an unpaired surrogate",
			"\"data\":{\"a\":{\"b\":1,\"b\":2}}|data.a.b: is repeated", "\"x\":1,\"x\":1|x: is repeated",
			"\"x\":2147483648|x: is 2147483648, must be an integer of -2147483648 to 2147483647",
			"\"x\":-2147483649|x: is -2147483649, must be an integer of -2147483648 to 2147483647",
			"\"x\":123456789012345678901|x: is 123456789012345678901, must be an integer of -2147483648 to 2147483647",
			"\"x\":1.0|x: is 1.0, must be an integer of -2147483648 to 2147483647",
			"\"x\":1e2|x: is 1e2, must be an integer of -2147483648 to 2147483647",
			"\"x\":[1]|x: must be a string, a boolean or an integer",
			"\"x\":{\"a\":1}|x: must be a string, a boolean or an integer", "\"x\":\"\\u0000\"|x: contains U+0000",
			"\"myExt\":1|myExt: is no name of an attribute, which must have lower-case letters (a to z) and digits alone",
			"\"my_ext\":[{}]|my_ext: is no name of an attribute, which must have lower-case letters (a to z) and digits alone",
			"\"Type\":\"t\"|Type: is no name of an attribute, which must have lower-case letters (a to z) and digits alone",
			"\"\":null|: is no name of an attribute, which must have lower-case letters (a to z) and digits alone" })
	void refusesWhatIsNoEvent(String member, String error) {
		String name = member.substring(1, member.indexOf("\":"));
		String others = Stream.of(REQUIRED.split(","))
			.filter((other) -> !other.startsWith("\"" + name + "\""))
			.reduce((left, right) -> left + "," + right)
			.orElseThrow();
		String event = "{" + member + "," + others + "}";
		assertThat(Problems.thrownBy(() -> one(event, null)).errors()).containsExactly(error);
		assertThat(Problems.thrownBy(() -> batch("[{" + REQUIRED + "}," + event + "]")).errors())
			.containsExactly("[1]." + error);
	}

	@Test
	void namesWhatIsMissing() {
		assertThat(Problems.thrownBy(() -> one("{}", null)).errors()).containsExactly("specversion: is missing",
				"id: is missing", "source: is missing", "type: is missing");
		assertThat(
				Problems.thrownBy(() -> batch("[null,{" + REQUIRED + "},[],{\"id\":1," + "\"type\":\"t\"}]")).errors())
			.containsExactly("[0]: must be an object", "[2]: must be an object", "[3].id: must be a string",
					"[3].specversion: is missing", "[3].source: is missing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "7", "null", "\"a\"" })
	void anEventIsAnObject(String json) {
		assertThat(Problems.thrownBy(() -> one(json, null)).detail())
			.isEqualTo("The body must be a JSON object such as {\"specversion\": \"1.0\", \"id\": ..., \"source\": ...,"
					+ " \"type\": ...}.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "7", "null" })
	void aBatchIsAnArray(String json) {
		assertThat(Problems.thrownBy(() -> batch(json)).detail())
			.isEqualTo("The body must be a JSON array such as [{\"specversion\": \"1.0\", \"id\": ..., \"source\": ...,"
					+ " \"type\": ...}].");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[", "[{" + REQUIRED + "},]", "[{" + REQUIRED + "}] 1", "[{\"id\":01}]" })
	void refusesWhatIsNoJson(String json) {
		assertThat(Problems.thrownBy(() -> batch(json)).status()).isEqualTo(400);
	}

	@Test
	void theMediaTypeOfDataHasABound() {
		String type = "\"datacontenttype\":\"text/" + "x".repeat(995);
		assertThat(one("{" + REQUIRED + "," + type + "\"}", null).id()).isEqualTo("/s 1");
		assertThat(Problems.thrownBy(() -> one("{" + REQUIRED + "," + type + "x\"}", null)).errors())
			.containsExactly("datacontenttype: has 1001 characters, may have 1000");
	}

}
