package org.exactlyonce.gateway.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/** Records, as the web layer makes them. */
final class TestRecords {

	private TestRecords() {
	}

	static LogRecord json(String text) {
		return bytes(text.getBytes(StandardCharsets.UTF_8), null);
	}

	static LogRecord bytes(byte[] value, @Nullable String contentType) {
		return new LogRecord(null, value, contentType, new TreeMap<>(), null);
	}

	static EncodedBatch batch(List<LogRecord> records) {
		RecordEncoder encoder = new RecordEncoder();
		records.forEach(encoder::add);
		return encoder.encode();
	}

	static String text(LogReader.StoredRecord stored) {
		return new String(stored.record().value(), StandardCharsets.UTF_8);
	}

}
