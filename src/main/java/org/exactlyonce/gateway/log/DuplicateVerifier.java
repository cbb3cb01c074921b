package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Tells a retry from a reused sequence, and finds the original offsets. Works on
 * committed batches, which never change, outside any lock. A retry as it was sent first
 * costs one look-up by digest for the whole group; one that was batched otherwise is
 * compared record by record.
 */
@Component
class DuplicateVerifier {

	private static final String SAME_BASE = """
			select q.i, b.base_offset, b.record_count, b.digest, b.producer_epoch, b.appended_at
			from unnest(cast(:partitions as integer array), cast(:producers as bigint array),
				cast(:sequences as bigint array)) with ordinality q(partition_id, producer_id, base_sequence, i)
			join record_batch b on b.partition_id = q.partition_id and b.producer_id = q.producer_id
				and b.base_sequence = q.base_sequence""";

	private static final Logger log = LoggerFactory.getLogger(DuplicateVerifier.class);

	private final SessionFactory sessions;

	private final long maxChunkBytes;

	DuplicateVerifier(SessionFactory sessions, LogProperties properties) {
		this.sessions = sessions;
		this.maxChunkBytes = properties.maxPageBytes().toBytes();
	}

	/**
	 * Replaces each {@link AppendOutcome.Repeated} by what it turns out to be.
	 * @param requests the group
	 * @param outcomes its outcomes; changed in place
	 */
	void verify(List<AppendRequest> requests, List<AppendOutcome> outcomes) {
		int[] repeated = IntStream.range(0, requests.size())
			.filter((i) -> outcomes.get(i) instanceof AppendOutcome.Repeated)
			.toArray();
		if (repeated.length == 0) {
			return;
		}
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			for (Object[] row : sameBase(session, requests, repeated)) {
				int i = repeated[((Number) row[0]).intValue() - 1];
				AppendRequest request = requests.get(i);
				if (request.batch().recordCount() == ((Number) row[2]).intValue()
						&& Arrays.equals(request.batch().digest(), (byte[]) row[3])) {
					long baseOffset = ((Number) row[1]).longValue();
					outcomes.set(i, duplicate(request, outcomes.get(i), baseOffset,
							baseOffset + request.batch().recordCount() - 1, (Long) row[4], (Instant) row[5]));
				}
			}
			for (int i : repeated) {
				if (outcomes.get(i) instanceof AppendOutcome.Repeated) {
					compare(session, requests.get(i), outcomes, i);
				}
			}
		}
	}

	private static List<Object[]> sameBase(StatelessSession session, List<AppendRequest> requests, int[] repeated) {
		Integer[] partitions = new Integer[repeated.length];
		Long[] producers = new Long[repeated.length];
		Long[] sequences = new Long[repeated.length];
		for (int n = 0; n < repeated.length; n++) {
			AppendRequest request = requests.get(repeated[n]);
			partitions[n] = request.partition();
			producers[n] = identity(request).producerId();
			sequences[n] = request.range().base();
		}
		return session.createNativeQuery(SAME_BASE, Object[].class)
			.addScalar("i", Long.class)
			.addScalar("base_offset", Long.class)
			.addScalar("record_count", Integer.class)
			.addScalar("digest", byte[].class)
			.addScalar("producer_epoch", Long.class)
			.addScalar("appended_at", Instant.class)
			.setParameter("partitions", partitions)
			.setParameter("producers", producers)
			.setParameter("sequences", sequences)
			.getResultList();
	}

	/** One that cannot be compared must not keep the others from their answers. */
	private void compare(StatelessSession session, AppendRequest request, List<AppendOutcome> outcomes, int i) {
		try {
			outcomes.set(i, compare(session, request, outcomes.get(i)));
		}
		catch (IllegalStateException ex) {
			log.error("The log contradicts its sequence table", ex);
		}
	}

	/** Walks the batches that cover the request and compares record by record. */
	private AppendOutcome compare(StatelessSession session, AppendRequest request, AppendOutcome repeated) {
		BatchQueries batches = new BatchQueries(session, request.partition());
		long producerId = identity(request).producerId();
		SequenceRange range = request.range();
		long floor = batches.floor(producerId, range.base()).orElseThrow(() -> hole(request, range.base()));
		RecordDecoder sent = new RecordDecoder(request.batch().payload());
		RecordBatch first = null;
		long next = range.base();
		long firstOffset = -1;
		long lastOffset = -1;
		for (List<BatchQueries.Size> chunk : BatchQueries.chunks(batches.sizes(producerId, floor, range.last()),
				this.maxChunkBytes)) {
			for (RecordBatch batch : batches.load(producerId, chunk.get(0).base(),
					chunk.get(chunk.size() - 1).base())) {
				long skipped = next - base(batch);
				if (skipped < 0 || skipped >= batch.recordCount()) {
					throw hole(request, next);
				}
				RecordDecoder stored = new RecordDecoder(batch.payload()).skip(skipped);
				if (first == null) {
					first = batch;
					firstOffset = batch.baseOffset() + skipped;
				}
				for (long i = skipped; i < batch.recordCount() && next <= range.last(); i++, next++) {
					if (!stored.next().sameRecord(sent.next())) {
						return new AppendOutcome.Reused(next);
					}
					lastOffset = batch.baseOffset() + i;
				}
			}
		}
		if (first == null || next <= range.last()) {
			throw hole(request, next);
		}
		return duplicate(request, repeated, firstOffset, lastOffset, first.producerEpoch(), first.appendedAt());
	}

	private static AppendOutcome duplicate(AppendRequest request, AppendOutcome repeated, long baseOffset,
			long lastOffset, @Nullable Long producerEpoch, Instant appendedAt) {
		return new AppendOutcome.Stored(new Receipt(request.partition(), identity(request).producerId(), producerEpoch,
				request.range().base(), request.range().last(), baseOffset, lastOffset,
				((AppendOutcome.Repeated) repeated).nextSequence(), true, appendedAt));
	}

	private static ProducerIdentity identity(AppendRequest request) {
		if (request.identity() == null) {
			throw new IllegalStateException("Only a request with an identity can be a duplicate");
		}
		return request.identity();
	}

	private static long base(RecordBatch batch) {
		return (batch.baseSequence() != null) ? batch.baseSequence() : -1;
	}

	private static IllegalStateException hole(AppendRequest request, long sequence) {
		return new IllegalStateException("Sequence " + sequence + " of " + request.identity() + " in partition "
				+ request.partition() + " is committed, but no batch holds it");
	}

}
