package org.exactlyonce.gateway.log;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Knows a retry that was sent as it was first, and finds its original offsets, by one
 * look-up of digests for a whole group. Works on committed batches, which never change,
 * outside any lock. What was batched otherwise is left to the
 * {@link RebatchedDuplicates}.
 */
@Component
class DuplicateVerifier {

	private static final String SAME_BASE = """
			select q.i, b.base_offset, b.record_count, b.digest, b.producer_epoch, b.appended_at
			from unnest(cast(:partitions as integer array), cast(:producers as bigint array),
				cast(:sequences as bigint array)) with ordinality q(partition_id, producer_id, base_sequence, i)
			join record_batch b on b.partition_id = q.partition_id and b.producer_id = q.producer_id
				and b.base_sequence = q.base_sequence""";

	private final SessionFactory sessions;

	DuplicateVerifier(SessionFactory sessions) {
		this.sessions = sessions;
	}

	/**
	 * Replaces each {@link AppendOutcome.Repeated} that is the batch it repeats.
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

}
