package org.exactlyonce.gateway.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

import org.exactlyonce.gateway.sequence.SequenceRange;
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

	/** An append that passes the gateway's checks, but not the database's. */
	static AppendRequest refused(int partition) {
		EncodedBatch batch = batch(List.of(json("1")));
		return new AppendRequest(partition, null, new SequenceRange(0, 1),
				new EncodedBatch(batch.payload(), new byte[31], 1), false);
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
