package org.exactlyonce.gateway.incoming;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import java.time.Duration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.util.unit.DataSize;
import org.exactlyonce.gateway.commit.CommitProperties;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.RequestProperties;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordDecoder;
import org.exactlyonce.gateway.record.RecordHeader;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.support.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The body of an append: what is taken, what is a 400, what is a 413, and which comes
 * first.
 */
class JsonAppendTest {

	private static final String RECORDS = "\"records\":[{\"value\":1}]";

	private static final int MAX_RECORDS = 5;

	private static final int MAX_BYTES = 1000;

	@Test
	void readsSequencedAppend() {
		IncomingAppend<PartitionBatch> append = read(
				"{\"producerId\":1,\"producerEpoch\":2,\"baseSequence\":42,\"records\":[{\"value\":1},{\"value\":2}]}");
		assertThat(append.identity())
			.isEqualTo(new AppendIdentity.Sequenced(new ProducerIdentity(1, 2), new SequenceRange(42, 2)));
		assertThat(append.batch().encoded().recordCount()).isEqualTo(2);
	}

	@Test
	void epochLeftOutIs0() {
		assertThat(read("{\"producerId\":1,\"baseSequence\":0," + RECORDS + "}").identity())
			.isEqualTo(new AppendIdentity.Sequenced(new ProducerIdentity(1, 0), new SequenceRange(0, 1)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{" + RECORDS + "}",
			"{\"producerId\":null,\"producerEpoch\":null,\"baseSequence\":null," + RECORDS + "}" })
	void withoutIdentityIsAtLeastOnce(String json) {
		assertThat(read(json).identity()).isEqualTo(new AppendIdentity.Anonymous());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "\"producerId\":1|baseSequence", "\"baseSequence\":1|producerId",
			"\"producerId\":1,\"producerEpoch\":0|baseSequence", "\"baseSequence\":1,\"producerEpoch\":0|producerId",
			"\"producerEpoch\":0|producerId baseSequence", "\"producerId\":1,\"baseSequence\":null|baseSequence" })
	void refusesHalfIdentity(String fields, String missing) {
		assertThat(refuse("{" + fields + "," + RECORDS + "}").errors())
			.containsExactly(Arrays.stream(missing.split(" "))
				.map((field) -> field + ": is missing: a sequenced append needs producerId and baseSequence")
				.toArray(String[]::new));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{}|records: is missing", "{\"records\":null}|records: is missing",
			"{\"records\":[]}|records: is empty, must have at least one record",
			"{\"records\":{}}|records: must be an array", "{\"records\":\"x\"}|records: must be an array",
			"{\"records\":[null]}|records[0]: must be an object",
			"{\"records\":[{\"value\":1},7]}|records[1]: must be an object",
			"{\"records\":[[]]}|records[0]: must be an object", "{\"records\":[{}]}|records[0].value: is missing",
			"{\"records\":[{\"valueBase64\":null}]}|records[0].value: is missing",
			"{\"records\":[{\"value\":1,\"valueBase64\":\"\"}]}|records[0].valueBase64: comes together with value, must be one of them",
			"{\"records\":[{\"valueBase64\":\"AA==\",\"value\":null}]}|records[0].valueBase64: comes together with value, must be one of them",
			"{\"records\":[{\"valueBase64\":\"!\"}]}|records[0].valueBase64: must be base64 (RFC 4648, section 4)",
			"{\"records\":[{\"valueBase64\":7}]}|records[0].valueBase64: must be a string",
			"{\"records\":[{\"value\":1,\"key\":7}]}|records[0].key: must be a string",
			"{\"records\":[{\"value\":1,\"key\":\"\\u0000\"}]}|records[0].key: contains U+0000",
			"{\"records\":[{\"value\":1,\"key\":\"\\ud800\"}]}|records[0].key: contains an unpaired surrogate",
			"{\"records\":[{\"value\":\"\\ud800\"}]}|records[0].value: contains an unpaired surrogate",
			"{\"records\":[{\"valueText\":7}]}|records[0].valueText: must be a string",
			"{\"records\":[{\"valueText\":\"\\ud800\"}]}|records[0].valueText: contains an unpaired surrogate",
			"{\"records\":[{\"valueText\":null}]}|records[0].value: is missing",
			"{\"records\":[{\"valueBase64\":\"\",\"valueText\":\"\"}]}|records[0].valueBase64: comes together with valueText, must be one of them",
			"{\"records\":[{\"tombstone\":true,\"value\":null}]}|records[0].tombstone: comes together with value, must be one of them",
			"{\"records\":[{\"tombstone\":1}]}|records[0].tombstone: must be true or false",
			"{\"records\":[{\"tombstone\":[true]}]}|records[0].tombstone: must be true or false",
			"{\"records\":[{\"tombstone\":false}]}|records[0].value: is missing",
			"{\"records\":[{\"tombstone\":null}]}|records[0].value: is missing",
			"{\"records\":[{\"value\":1,\"key\":\"a\",\"keyBase64\":\"YQ==\"}]}|records[0].keyBase64: comes together with key, must be one of them",
			"{\"records\":[{\"value\":1,\"keyBase64\":\"YQ\"}]}|records[0].keyBase64: must be base64 (RFC 4648, section 4)",
			"{\"records\":[{\"value\":1,\"keyBase64\":[]}]}|records[0].keyBase64: must be a string",
			"{\"records\":[{\"value\":1,\"headers\":7}]}|records[0].headers: must be an object",
			"{\"records\":[{\"value\":1,\"headers\":[\"a\"]}]}|records[0].headers[0]: must be an array of a name and a value",
			"{\"records\":[{\"value\":1,\"headers\":[null]}]}|records[0].headers[0]: must be an array of a name and a value",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",\"1\"],{\"a\":\"1\"}]}]}|records[0].headers[1]: must be an array of a name and a value",
			"{\"records\":[{\"value\":1,\"headers\":[[]]}]}|records[0].headers[0]: must be an array of a name and a value",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\"]]}]}|records[0].headers[0]: must be an array of a name and a value",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",\"1\",[{}],2,3]]}]}|records[0].headers[0]: must be an array of a name and a value",
			"{\"records\":[{\"value\":1,\"headers\":[[null,\"1\"]]}]}|records[0].headers[0][0]: must be a string",
			"{\"records\":[{\"value\":1,\"headers\":[[{},\"1\"]]}]}|records[0].headers[0][0]: must be a string",
			"{\"records\":[{\"value\":1,\"headers\":[[\"\\u0000\",\"1\"]]}]}|records[0].headers[0][0]: contains U+0000",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",\"\\ud800\"]]}]}|records[0].headers[0][1]: contains an unpaired surrogate",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",1]]}]}|records[0].headers[0][1]: must be a string, or an object with base64",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",[\"b\"]]]}]}|records[0].headers[0][1]: must be a string, or an object with base64",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",{}]]}]}|records[0].headers[0][1].base64: is missing",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",{\"base64\":null}]]}]}|records[0].headers[0][1].base64: is missing",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",{\"base64\":\"A\"}]]}]}|records[0].headers[0][1].base64: must be base64 (RFC 4648, section 4)",
			"{\"records\":[{\"value\":1,\"headers\":[[\"a\",{\"base64\":\"\",\"x\":1}]]}]}|records[0].headers[0][1].x: is not a known field; known: base64",
			"{\"records\":[{\"value\":1,\"headers\":{\"a\":1}}]}|records[0].headers.a: must be a string",
			"{\"records\":[{\"value\":1,\"headers\":{\"a\":null}}]}|records[0].headers.a: must be a string",
			"{\"records\":[{\"value\":1,\"headers\":{\"\\u0000\":\"\"}}]}|records[0].headers: contains U+0000",
			"{\"records\":[{\"value\":1,\"headers\":{\"a\":\"\\udc00\"}}]}|records[0].headers.a: contains an unpaired surrogate",
			"{\"records\":[{\"value\":1,\"headers\":{\"a\":\"\",\"a\":\"\"}}]}|records[0].headers.a: is repeated",
			"{\"records\":[{\"value\":1},{\"value\":1,\"value\":1}]}|records[1].value: is repeated",
			"{\"records\":[{\"value\":[{\"x\":{\"y\":1,\"y\":1}}]}]}|records[0].value[0].x.y: is repeated",
			"{\"records\":[{\"value\":1,\"timestamp\":0}]}|records[0].timestamp: must be a string",
			"{\"records\":[{\"value\":1,\"timestamp\":\"\"}]}|records[0].timestamp: must be a time of RFC 3339, such as 2026-11-23T10:00:00.123Z",
			"{\"records\":[{\"value\":1,\"offset\":1}]}|records[0].offset: is not a known field; known: key, keyBase64, value, valueText, valueBase64, tombstone, headers, id, timestamp",
			"{\"acks\":0,\"records\":[{\"value\":1}]}|acks: is not a known field; known: producerId, producerEpoch, baseSequence, records",
			"{\"producerID\":0,\"records\":[{\"value\":1}]}|producerID: is not a known field, did you mean producerId? known: producerId, producerEpoch, baseSequence, records",
			"{\"records\":[{\"valeu\":1,\"value\":1}]}|records[0].valeu: is not a known field, did you mean value? known: key, keyBase64, value, valueText, valueBase64, tombstone, headers, id, timestamp",
			"{\"producerId\":1.0,\"baseSequence\":0,\"records\":[{\"value\":1}]}|producerId: must be an integer",
			"{\"producerId\":\"1\",\"baseSequence\":0,\"records\":[{\"value\":1}]}|producerId: must be an integer",
			"{\"producerId\":1,\"baseSequence\":-1,\"records\":[{\"value\":1}]}|baseSequence: is -1, must be 0 to 9007199254740991" })
	void refusesMalformedField(String json, String error) {
		Problems problem = refuse(json);
		assertThat(problem.status()).isEqualTo(400);
		assertThat(problem.errors()).containsExactly(error);
	}

	@Test
	void reportsEveryField() {
		assertThat(refuse("{\"producerId\":\"1\",\"producerEpoch\":-1,\"baseSequence\":1.5,\"x\":[],"
				+ "\"records\":[{\"key\":1},{\"value\":1,\"headers\":{\"a\":1,\"b\":2}}]}")
			.errors()).extracting((error) -> error.substring(0, error.indexOf(':')))
			.containsExactly("producerId", "producerEpoch", "baseSequence", "x", "records[0].key", "records[0].value",
					"records[1].headers.a", "records[1].headers.b");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{\"baseSequence\":-1,\"records\":[]}|baseSequence records producerId",
			"{\"producerId\":1.5}|producerId records baseSequence", "{\"x\":1,\"records\":null}|x records",
			"{\"x\":1,\"records\":{},\"producerEpoch\":0}|x records producerId baseSequence",
			"{\"producerId\":true,\"producerEpoch\":true,\"baseSequence\":true,\"records\":7}|producerId producerEpoch baseSequence records",
			"{\"x\":1,\"records\":[{\"key\":7,\"value\":{\"a\":1,\"a\":2}}]}|records[0].value.a x records[0].key" })
	void reportsWhatIsMissingBesideWhatIsWrong(String json, String fields) {
		assertThat(refuse(json).errors()).extracting((error) -> error.substring(0, error.indexOf(':')))
			.containsExactly(fields.split(" "));
	}

	@Test
	void reportsHowManyFieldsAreWrong() {
		Problems problem = Problems.thrownBy(() -> parser(1000, 10_000)
			.read(request("{\"records\":[" + "{\"x\":1},".repeat(200) + "{\"value\":1}]}")));
		assertThat(problem.errors()).hasSize(100);
		assertThat(problem.detail()).endsWith(" (and 399 more, the first 100 are in errors)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[{\"value\":1}]", "[]", "7" })
	void showsADocumentToAClientThatSendsNone(String json) {
		assertThat(refuse(json).detail()).isEqualTo("The body must be a JSON object such as {\"records\": [...]}.");
	}

	@ParameterizedTest
	@CsvSource({ "9007199254740991, 1, true", "9007199254740990, 2, true", "9007199254740991, 2, false",
			"9007199254740987, 5, true", "9007199254740988, 5, false" })
	void lastSequenceMayNotPassItsMaximum(long base, int count, boolean taken) {
		String json = "{\"producerId\":1,\"baseSequence\":" + base + ",\"records\":["
				+ "{\"value\":1},".repeat(count - 1) + "{\"value\":1}]}";
		if (taken) {
			assertThat(((AppendIdentity.Sequenced) read(json).identity()).range().last()).isEqualTo(SequenceRange.MAX);
		}
		else {
			assertThat(refuse(json).errors())
				.containsExactly("baseSequence: is " + base + ", so the last sequence would pass 9007199254740991");
		}
	}

	@Test
	void readsEveryFieldOfRecord() {
		LogRecord record = record(
				"{\"timestamp\":\"2026-11-23T11:00:00.1239+01:00\",\"headers\":{\"b\":\"2\",\"a\":\"\"},"
						+ "\"value\": { \"total\" : 12.50 } ,\"key\":\"customer-7\"}");
		assertThat(record.keyText()).isEqualTo("customer-7");
		assertThat(text(record)).isEqualTo("{\"total\":12.50}");
		assertThat(record.value().contentType()).isNull();
		assertThat(record.headers()).isEqualTo(RecordHeaders.of(new TreeMap<>(Map.of("a", "", "b", "2"))));
		assertThat(record.timestampMillis()).isEqualTo(Instant.parse("2026-11-23T10:00:00.123Z").toEpochMilli());
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"value\":null}",
			"{\"value\":null,\"valueBase64\":null,\"key\":null,\"headers\":null,\"timestamp\":null}",
			"{\"value\":null,\"valueText\":null,\"tombstone\":null,\"keyBase64\":null,\"headers\":[]}",
			"{\"value\":null,\"tombstone\":false,\"headers\":{}}" })
	void nullMeansLeftOutButIsAValue(String json) {
		LogRecord record = record(json);
		assertThat(text(record)).isEqualTo("null");
		assertThat(record.key()).isNull();
		assertThat(record.headers()).isSameAs(RecordHeaders.NONE);
		assertThat(record.timestampMillis()).isNull();
		assertThat(append("{\"value\":null}").batch().encoded().digest())
			.isEqualTo(append(json).batch().encoded().digest());
	}

	@Test
	void readsBytesAndText() {
		RecordValue bytes = record("{\"valueBase64\":\"AP8=\"}").value();
		assertThat(bytes.bytes()).containsExactly(0, 255);
		assertThat(bytes.contentType()).isEqualTo("application/octet-stream");
		assertThat(record("{\"valueBase64\":\"\"}").value().bytes()).isEmpty();
		RecordValue text = record("{\"valueText\":\"\\u00e9\\u0000\"}").value();
		assertThat(text.text()).isEqualTo("é\u0000");
		assertThat(text.contentType()).isEqualTo("text/plain;charset=UTF-8");
	}

	@Test
	void readsATombstone() {
		assertThat(record("{\"tombstone\":true,\"key\":\"k\"}").value()).isSameAs(RecordValue.TOMBSTONE);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "\"key\":\"é\"|\"keyBase64\":\"w6k=\"", "\"key\":\"\"|\"keyBase64\":\"\"" })
	void aKeyIsBytesInEitherSpelling(String text, String base64) {
		assertThat(append("{\"value\":1," + text + "}").batch().encoded()).usingRecursiveComparison()
			.isEqualTo(append("{\"value\":1," + base64 + "}").batch().encoded());
	}

	@Test
	void readsHeadersAsAListInOrder() {
		RecordHeaders headers = record("{\"value\":1,\"headers\":"
				+ "[[\"b\",\"1\"],[\"a\",null],[\"b\",{\"base64\":\"AAE=\"}],[\"\",\"\\u0000\"],[\"b\",\"1\"]]}")
			.headers();
		assertThat(headers.isListed()).isTrue();
		assertThat(headers.entries()).usingRecursiveComparison()
			.isEqualTo(java.util.List.of(TestRecords.header("b", "1"), TestRecords.header("a", null),
					new RecordHeader("b", new byte[] { 0, 1 }, true), TestRecords.header("", "\u0000"),
					TestRecords.header("b", "1")));
	}

	@Test
	void refusesMoreHeadersThanAnObjectMayHave() {
		String entry = "[\"\",null],";
		assertThat(Problems
			.thrownBy(() -> parser(MAX_RECORDS, 2 << 20)
				.read(request("{\"records\":[{\"value\":1,\"headers\":[" + entry.repeat(100_000) + "[\"\",null]]}]}")))
			.errors()).containsExactly("records[0].headers: has more than 100000 entries");
	}

	@Test
	void orderOfHeadersAndWhiteSpaceDoNotMatter() {
		assertThat(append("{\"value\":[1,2],\"headers\":{\"a\":\"1\",\"b\":\"2\"}}").batch().encoded().digest())
			.isEqualTo(append("{\"headers\":{\"b\":\"2\",\"\\u0061\":\"1\"},\"value\": [ 1 , 2 ] }").batch()
				.encoded()
				.digest());
		assertThat(append("{\"value\":1.0}").batch().encoded().digest())
			.isNotEqualTo(append("{\"value\":1}").batch().encoded().digest());
	}

	@Test
	void takesAsManyRecordsAndBytesAsAllowed() {
		assertThat(read(records(MAX_RECORDS, "1")).batch().encoded().recordCount()).isEqualTo(MAX_RECORDS);
		assertThat(read(records(2, "1".repeat(MAX_BYTES / 2))).batch().encoded().recordCount()).isEqualTo(2);
		assertThat(append("{\"value\":" + " ".repeat(5 * MAX_BYTES) + "1,\"key\":\"" + "k".repeat(MAX_BYTES) + "\"}")
			.batch()
			.encoded()
			.recordCount()).isEqualTo(1);
	}

	@Test
	void refusesTooManyRecords() {
		Problems problem = refuse(records(MAX_RECORDS + 2, "1"));
		assertThat(problem.status()).isEqualTo(413);
		assertThat(problem.property("maxRecords")).isEqualTo(MAX_RECORDS);
		assertThat(problem.detail()).contains("7 records");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"records\":[{\"value\":%s1}]}", "{\"records\":[{\"value\":%s1},{\"x\":1}]}",
			"{\"x\":1,\"records\":[{\"value\":%s1}]}", "{\"records\":[{\"value\":%s1}", "{\"x\":%s", "%s" })
	void tooManyBytesComeBeforeMalformed(String json) {
		Problems problem = refuse(json.formatted("1".repeat(MAX_BYTES)) + " ");
		assertThat(problem.status()).isEqualTo(413);
		assertThat(problem.property("maxBytes")).isEqualTo((long) MAX_BYTES);
	}

	@Test
	void malformedComesBeforeTooManyRecords() {
		assertThat(refuse(records(MAX_RECORDS + 1, "1").replaceFirst("value", "valve")).status()).isEqualTo(400);
		assertThat(refuse(records(MAX_RECORDS + 1, "1") + "x").status()).isEqualTo(400);
		assertThat(refuse(records(MAX_RECORDS + 1, "1").replaceFirst("\\{", "{\"producerId\":1,")).status())
			.isEqualTo(400);
	}

	@Test
	void largeBodyWithFewBytesOfValuesIsJudgedByItsFields() {
		String padding = " ".repeat(2 * MAX_BYTES);
		assertThat(refuse("{\"producerId\":1," + padding + RECORDS + "}").status()).isEqualTo(400);
		assertThat(refuse("{\"records\":[" + padding + "]}").errors())
			.containsExactly("records: is empty, must have at least one record");
	}

	private static String records(int count, String value) {
		return "{\"records\":[" + ("{\"value\":" + value + "},").repeat(count - 1) + "{\"value\":" + value + "}]}";
	}

	private static IncomingAppend<PartitionBatch> append(String record) {
		return read("{\"records\":[" + record + "]}");
	}

	private static LogRecord record(String record) {
		return new RecordDecoder(append(record).batch().encoded().payload()).next().read();
	}

	private static String text(LogRecord record) {
		return new String(record.value().bytes(), StandardCharsets.UTF_8);
	}

	private static IncomingAppend<PartitionBatch> read(String json) {
		return parser(MAX_RECORDS, MAX_BYTES).read(request(json));
	}

	private static MockHttpServletRequest request(String json) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/partitions/3/records");
		request.setContentType("application/json");
		request.setContent(json.getBytes(StandardCharsets.UTF_8));
		return request;
	}

	private static Problems refuse(String json) {
		return Problems.thrownBy(() -> read(json));
	}

	/** Reads requests as the controller does, with plenty of memory. */
	private static AppendParser parser(int maxRecords, long maxBytes) {
		RequestProperties bounds = new RequestProperties(DataSize.ofMegabytes(16), DataSize.ofMegabytes(64),
				Duration.ofMinutes(1), Duration.ofSeconds(10));
		return new AppendParser(new BodyReader(bounds, new SimpleMeterRegistry()),
				new AppendProperties(maxRecords, DataSize.ofBytes(maxBytes)),
				new CommitProperties(1, DataSize.ofMegabytes(16), 1000, Duration.ofMinutes(1), 5));
	}

}
