package org.exactlyonce.gateway.commit;

import java.time.Duration;
import java.time.Instant;

import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.record.RecordEncoder;
import org.exactlyonce.gateway.record.TestRecords;
import org.exactlyonce.gateway.sequence.AppendIdentity;
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

	static CommitProperties queue(int maxQueued, long maxGroupBytes) {
		return new CommitProperties(1, DataSize.ofBytes(maxGroupBytes), maxQueued, Duration.ofMinutes(1), 5);
	}

	static CommitProperties timeout(Duration appendTimeout) {
		return new CommitProperties(1, DataSize.ofMegabytes(16), 1000, appendTimeout, 5);
	}

	static AppendIdentity identity(@Nullable ProducerIdentity producer, long base, int count) {
		return (producer != null) ? new AppendIdentity.Sequenced(producer, new SequenceRange(base, count))
				: new AppendIdentity.Anonymous();
	}

	static AppendRequest patient(AppendRequest request, Duration timeout) {
		return new AppendRequest(request.partition(), request.identity(), request.batch(), Patience.upTo(timeout),
				request.principal());
	}

	static AppendRequest sentBy(@Nullable String principal, AppendRequest request) {
		return new AppendRequest(request.partition(), request.identity(), request.batch(), request.patience(),
				principal);
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
				batch(count), Patience.NONE, null);
	}

	static AppendRequest anonymous(int partition, int count) {
		return new AppendRequest(partition, new AppendIdentity.Anonymous(), batch(count), Patience.NONE, null);
	}

	private static EncodedBatch batch(int count) {
		RecordEncoder encoder = new RecordEncoder();
		for (int i = 0; i < count; i++) {
			encoder.add(TestRecords.json(Integer.toString(i)));
		}
		return encoder.encode();
	}

	static Judgement.Stored judgedStored(AppendRequest request, boolean duplicate) {
		return new Judgement.Stored(new Receipt(request.partition(), null, null, null, null, 0L,
				request.batch().recordCount() - 1L, null, duplicate, NOW));
	}

	static AppendOutcome.Stored stored(AppendRequest request, boolean duplicate) {
		return new AppendOutcome.Stored(judgedStored(request, duplicate).receipts());
	}

	/** An append that passes the gateway's checks, but not the database's. */
	static AppendRequest refused(int partition) {
		EncodedBatch batch = batch(1);
		return new AppendRequest(partition, new AppendIdentity.Anonymous(),
				new EncodedBatch(batch.payload(), new byte[31], 1), Patience.NONE, null);
	}

}
