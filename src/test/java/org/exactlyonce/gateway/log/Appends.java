package org.exactlyonce.gateway.log;

import java.time.Duration;
import java.time.Instant;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.exactlyonce.gateway.request.BodyReader;
import org.exactlyonce.gateway.request.RequestProperties;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

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
				DataSize.ofMegabytes(16), 1000, Duration.ofMinutes(1), 5);
	}

	/** Reads requests as the controller does, with plenty of memory. */
	static AppendForms forms(int maxRecords, long maxBytes) {
		RequestProperties bounds = new RequestProperties(DataSize.ofMegabytes(16), DataSize.ofMegabytes(64),
				Duration.ofMinutes(1), Duration.ofSeconds(10));
		return new AppendForms(new BodyReader(bounds, new SimpleMeterRegistry()), properties(maxRecords, maxBytes));
	}

	static LogProperties queue(int maxQueued, long maxGroupBytes) {
		return new LogProperties(8, 1, 10_000, DataSize.ofMegabytes(8), DataSize.ofMegabytes(8),
				DataSize.ofBytes(maxGroupBytes), maxQueued, Duration.ofMinutes(1), 5);
	}

	static LogProperties timeout(Duration appendTimeout) {
		return new LogProperties(8, 1, 10_000, DataSize.ofMegabytes(8), DataSize.ofMegabytes(8),
				DataSize.ofMegabytes(16), 1000, appendTimeout, 5);
	}

	static AppendIdentity identity(@Nullable ProducerIdentity producer, long base, int count) {
		return (producer != null) ? new AppendIdentity.Sequenced(producer, new SequenceRange(base, count))
				: new AppendIdentity.Anonymous();
	}

	static AppendRequest patient(AppendRequest request, Duration timeout) {
		return new AppendRequest(request.partition(), request.identity(), request.batch(), Patience.upTo(timeout));
	}

	static PendingAppend pending(AppendRequest request) {
		return PendingAppend.of(request, AnswerTimeout.after(Duration.ofMinutes(1)));
	}

	/** The sequences of a request that has some. */
	static SequenceRange range(AppendRequest request) {
		return request.sequenced().orElseThrow().range();
	}

	static Judgement.Repeated repeated(AppendRequest request, long nextSequence) {
		return new Judgement.Repeated(request.sequenced().orElseThrow(), nextSequence);
	}

	static AppendRequest sequenced(int partition, long producerId, long epoch, long base, int count) {
		return new AppendRequest(partition, identity(new ProducerIdentity(producerId, epoch), base, count),
				batch(count), Patience.NONE);
	}

	static AppendRequest anonymous(int partition, int count) {
		return new AppendRequest(partition, new AppendIdentity.Anonymous(), batch(count), Patience.NONE);
	}

	private static EncodedBatch batch(int count) {
		RecordEncoder encoder = new RecordEncoder();
		for (int i = 0; i < count; i++) {
			encoder.add(TestRecords.json(Integer.toString(i)));
		}
		return encoder.encode();
	}

	static Judgement.Stored judgedStored(AppendRequest request, boolean duplicate) {
		return new Judgement.Stored(new Receipt(request.partition(), null, null, null, null, 0,
				request.batch().recordCount() - 1, null, duplicate, NOW));
	}

	static AppendOutcome.Stored stored(AppendRequest request, boolean duplicate) {
		return new AppendOutcome.Stored(judgedStored(request, duplicate).receipt());
	}

}
