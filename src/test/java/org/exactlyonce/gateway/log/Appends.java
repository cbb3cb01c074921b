package org.exactlyonce.gateway.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;

import org.springframework.util.unit.DataSize;

/**
 * Appends and settings for tests.
 */
final class Appends {

	static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123Z");

	private Appends() {
	}

	static LogProperties properties(int maxRecords, long maxBytes) {
		return new LogProperties(8, 1, maxRecords, DataSize.ofBytes(maxBytes), DataSize.ofMegabytes(8),
				DataSize.ofMegabytes(16), 1000, Duration.ofMinutes(1));
	}

	static LogProperties queue(int maxQueued, long maxGroupBytes) {
		return new LogProperties(8, 1, 10_000, DataSize.ofMegabytes(8), DataSize.ofMegabytes(8),
				DataSize.ofBytes(maxGroupBytes), maxQueued, Duration.ofMinutes(1));
	}

	static AppendRequest sequenced(int partition, long producerId, long epoch, long base, int count) {
		return new AppendRequest(partition, new ProducerIdentity(producerId, epoch), new SequenceRange(base, count),
				batch(count));
	}

	static AppendRequest anonymous(int partition, int count) {
		return new AppendRequest(partition, null, new SequenceRange(0, count), batch(count));
	}

	private static EncodedBatch batch(int count) {
		RecordEncoder encoder = new RecordEncoder();
		for (int i = 0; i < count; i++) {
			encoder.add(new LogRecord(null, Integer.toString(i).getBytes(StandardCharsets.UTF_8), null, new TreeMap<>(),
					null));
		}
		return encoder.encode();
	}

	static AppendOutcome.Stored stored(AppendRequest request, boolean duplicate) {
		return new AppendOutcome.Stored(new Receipt(request.partition(), null, null, null, null, 0,
				request.batch().recordCount() - 1, null, duplicate, NOW));
	}

}
