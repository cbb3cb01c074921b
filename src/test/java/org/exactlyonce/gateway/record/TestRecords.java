package org.exactlyonce.gateway.record;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/** Records, as the web layer makes them. */
public final class TestRecords {

	private TestRecords() {
	}

	public static LogRecord json(String text) {
		return record(null, RecordValue.json(utf8(text), null), Map.of(), null);
	}

	public static LogRecord bytes(byte[] value, String contentType) {
		return record(null, RecordValue.bytes(value, contentType), Map.of(), null);
	}

	public static LogRecord record(@Nullable String key, RecordValue value, Map<String, String> headers,
			@Nullable Long timestamp) {
		return new LogRecord((key != null) ? utf8(key) : null, value, RecordHeaders.of(new TreeMap<>(headers)),
				timestamp);
	}

	public static RecordHeader header(String name, @Nullable String value) {
		return new RecordHeader(name, (value != null) ? utf8(value) : null, false);
	}

	public static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	public static EncodedBatch batch(List<LogRecord> records) {
		RecordEncoder encoder = new RecordEncoder();
		records.forEach(encoder::add);
		return encoder.encode();
	}

}
