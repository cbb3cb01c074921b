package org.exactlyonce.gateway.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;

/** Records, as the web layer makes them. */
final class TestRecords {

	private TestRecords() {
	}

	static LogRecord json(String text) {
		return record(null, RecordValue.json(utf8(text), null), Map.of(), null);
	}

	static LogRecord bytes(byte[] value, String contentType) {
		return record(null, RecordValue.bytes(value, contentType), Map.of(), null);
	}

	static LogRecord record(@Nullable String key, RecordValue value, Map<String, String> headers,
			@Nullable Long timestamp) {
		return new LogRecord((key != null) ? utf8(key) : null, value, RecordHeaders.of(new TreeMap<>(headers)),
				timestamp);
	}

	static RecordHeader header(String name, @Nullable String value) {
		return new RecordHeader(name, (value != null) ? utf8(value) : null, false);
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** An append that passes the gateway's checks, but not the database's. */
	static AppendRequest refused(int partition) {
		EncodedBatch batch = batch(List.of(json("1")));
		return new AppendRequest(partition, new AppendIdentity.Anonymous(),
				new EncodedBatch(batch.payload(), new byte[31], 1), Patience.NONE);
	}

	static EncodedBatch batch(List<LogRecord> records) {
		RecordEncoder encoder = new RecordEncoder();
		records.forEach(encoder::add);
		return encoder.encode();
	}

	static String text(LogReader.StoredRecord stored) {
		return new String(stored.record().value().bytes(), StandardCharsets.UTF_8);
	}

}
