package org.exactlyonce.gateway.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.log.LogReader.StoredRecord;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeader;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.mock.http.MockHttpOutputMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.exactlyonce.gateway.record.TestRecords.header;
import static org.exactlyonce.gateway.record.TestRecords.utf8;

/** What is written by hand is what Jackson would write, byte for byte. */
class ItemWriterTest {

	private static final TopicPartition PARTITION = new TopicPartition("orders", 1, 3, 9);

	private static final Instant APPENDED_AT = Instant.parse("2026-11-30T14:22:20.005Z");

	/** As application.yml has it. */
	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
		.build();

	private static final String ASCII = IntStream.range(0, 128)
		.mapToObj(Character::toString)
		.collect(Collectors.joining());

	private static final String WIDE = "é߿ࠀ\u2028€\uFEFF\uFFFD😀" + Character.toString(Character.MAX_CODE_POINT);

	private static final RecordValue VALUE = RecordValue.json(utf8("{\"a\":[1,\"é\\n\\ud800\"]}"), null);

	@Test
	void writesEveryKindOfValue() throws IOException {
		compare(Stream
			.of(VALUE, RecordValue.json(utf8("null"), null), RecordValue.json(utf8("1"), "application/vnd.a+json"),
					RecordValue.TOMBSTONE, RecordValue.bytes(utf8(ASCII + WIDE), "text/plain;charset=\"utf-8\""),
					RecordValue.bytes(new byte[0], "TEXT/html"), RecordValue.bytes(new byte[] { -1 }, "text/plain"),
					RecordValue.bytes(new byte[] { 0, -1, 7 }, "image/jpeg"), RecordValue.bytes(new byte[0], "a/b"))
			.map((value) -> new LogRecord(null, value, RecordHeaders.NONE, null)));
	}

	@Test
	void writesEveryKindOfKey() throws IOException {
		compare(Stream.of(null, new byte[0], utf8("k"), utf8(ASCII.substring(1) + WIDE), utf8("a\0"), new byte[] { -1 })
			.map((key) -> new LogRecord(key, VALUE, RecordHeaders.NONE, null)));
	}

	@Test
	void writesHeadersAsTheyWereSent() throws IOException {
		compare(Stream
			.of(RecordHeaders.of(new TreeMap<>(Map.of("a", "", ASCII, WIDE, WIDE, ASCII))),
					RecordHeaders.of(List.of(header("a", "1"))),
					RecordHeaders.of(List.of(header("a", ASCII), header(WIDE, null), header("a", ""),
							new RecordHeader("b", new byte[] { 0, -1 }, true), new RecordHeader("", utf8("x"), true))))
			.map((headers) -> new LogRecord(null, VALUE, headers, null)));
	}

	@Test
	void writesIds() throws IOException {
		compare(Stream.of("order-7", "a \"b\"/\\ " + WIDE)
			.map((id) -> new LogRecord(null, VALUE, RecordHeaders.NONE, null, id)));
	}

	@Test
	void writesTimes() throws IOException {
		compare(LongStream
			.of(0, 1, 999, 1000, 1001, 1010, 1100, 59_999, 60_000, -1, -999, -1000, -1001, 1_764_512_540_005L,
					253_402_300_799_999L, 253_402_300_800_000L, -62_167_219_200_001L, 1, 2)
			.mapToObj((millis) -> new LogRecord(null, VALUE, RecordHeaders.NONE, millis)));
	}

	@Test
	void writesNumbers() throws IOException {
		LogRecord record = new LogRecord(null, VALUE, RecordHeaders.NONE, null);
		compareStored(LongStream.of(0, 9, 10, 99, 100, 1L << 53, Long.MAX_VALUE)
			.mapToObj((number) -> new StoredRecord(number, record, number, number, number, APPENDED_AT))
			.toList());
	}

	/** Each place in a record is once the one where the buffer is full. */
	@Test
	void writesRecordsOfEverySize() throws IOException {
		compare(IntStream.concat(IntStream.range(7_600, 8_400), IntStream.of(16_384, 100_000))
			.mapToObj((size) -> new LogRecord(utf8("\"k\n\""),
					RecordValue.json(utf8("\"" + "é".repeat(size / 2) + "\""), null),
					RecordHeaders.of(List.of(header("a", null))), null)));
	}

	@Test
	void writesPages() throws IOException {
		for (int count = 0; count < 3; count++) {
			List<StoredRecord> records = stored(
					Stream.generate(() -> new LogRecord(null, VALUE, RecordHeaders.NONE, null)).limit(count));
			LogReader.Page page = new LogReader.Page(5, records, new LogReader.Bounds(0, 1000));
			RecordPage expected = new RecordPage("orders", 3, records.stream().map(ItemWriterTest::item).toList(),
					5 + count, 1000);
			MockHttpOutputMessage output = new MockHttpOutputMessage();
			new PageConverter().write(new PageConverter.Body(PARTITION, page), MediaType.APPLICATION_JSON, output);
			assertThat(output.getBodyAsString(StandardCharsets.UTF_8)).isEqualTo(JSON.writeValueAsString(expected));
		}
	}

	private static void compare(Stream<LogRecord> records) throws IOException {
		compareStored(stored(records));
	}

	private static List<StoredRecord> stored(Stream<LogRecord> records) {
		return records.map((record) -> new StoredRecord(5, record, null, null, null, APPENDED_AT)).toList();
	}

	private static void compareStored(List<StoredRecord> records) throws IOException {
		ByteArrayOutputStream expected = new ByteArrayOutputStream();
		for (StoredRecord record : records) {
			ByteArrayOutputStream alone = new ByteArrayOutputStream();
			JsonOutput out = new JsonOutput(alone);
			new ItemWriter("orders", out).write(record);
			out.flush();
			byte[] json = JSON.writeValueAsBytes(item(record));
			assertThat(alone.toString(StandardCharsets.UTF_8)).isEqualTo(new String(json, StandardCharsets.UTF_8));
			expected.writeBytes(json);
			expected.write('\n');
		}
		LogReader.Page page = new LogReader.Page(5, records, new LogReader.Bounds(0, 1000));
		MockHttpOutputMessage output = new MockHttpOutputMessage();
		new PageConverter().write(new PageConverter.Body(PARTITION, page), MediaType.APPLICATION_NDJSON, output);
		assertThat(output.getBodyAsBytes()).isEqualTo(expected.toByteArray());
	}

	private static RecordItem item(StoredRecord stored) {
		LogRecord record = stored.record();
		RecordValue value = record.value();
		byte[] key = record.key();
		boolean binaryKey = key != null && record.keyText() == null;
		String text = value.text();
		Long given = record.timestampMillis();
		return new RecordItem("orders", stored.offset(),
				((given != null) ? Instant.ofEpochMilli(given) : stored.appendedAt()).toString(),
				binaryKey ? null : Optional.ofNullable(record.keyText()), binaryKey ? key : null,
				(value.kind() == RecordValue.Kind.JSON) ? new String(value.bytes(), StandardCharsets.UTF_8) : null,
				text, (value.kind() == RecordValue.Kind.BYTES && text == null) ? value.bytes() : null,
				(value.kind() == RecordValue.Kind.TOMBSTONE) ? true : null, value.contentType(),
				headers(record.headers()), record.id(), stored.producerId(), stored.producerEpoch(), stored.sequence(),
				stored.appendedAt().toString());
	}

	private static Object headers(RecordHeaders headers) {
		if (headers.isListed()) {
			return headers.entries()
				.stream()
				.map((header) -> Arrays.asList(header.name(),
						(header.base64() && header.value() != null) ? Map.of("base64", header.value()) : text(header)))
				.toList();
		}
		Map<String, @Nullable String> object = new LinkedHashMap<>();
		headers.entries().forEach((header) -> object.put(header.name(), text(header)));
		return object;
	}

	private static @Nullable String text(RecordHeader header) {
		byte[] value = header.value();
		return (value != null) ? new String(value, StandardCharsets.UTF_8) : null;
	}

}
