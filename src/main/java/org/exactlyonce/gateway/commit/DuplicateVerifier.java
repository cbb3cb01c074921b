package org.exactlyonce.gateway.commit;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.store.RoundTrip;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;

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
	 * Finds the batches that retries repeat as they were sent.
	 * @param retries at least one
	 * @return a receipt for each that is the same batch, in the same order
	 */
	List<Optional<Receipt>> verify(List<Retry> retries) {
		Receipt[] receipts = new Receipt[retries.size()];
		try (StatelessSession session = this.sessions.openStatelessSession()) {
			for (Object[] row : sameBase(session, retries)) {
				int i = ((Number) row[0]).intValue() - 1;
				Retry retry = retries.get(i);
				EncodedBatch sent = retry.request().batch();
				if (sent.recordCount() == ((Number) row[2]).intValue()
						&& Arrays.equals(sent.digest(), (byte[]) row[3])) {
					long baseOffset = ((Number) row[1]).longValue();
					receipts[i] = Receipt.duplicate(retry.request().partition(), retry.repeated(), (Long) row[4],
							baseOffset, baseOffset + sent.recordCount() - 1, (Instant) row[5]);
				}
			}
		}
		return Stream.of(receipts).map(Optional::ofNullable).toList();
	}

	private static List<Object[]> sameBase(StatelessSession session, List<Retry> retries) {
		return session.createNativeQuery(SAME_BASE, Object[].class)
			.addScalar("i", Long.class)
			.addScalar("base_offset", Long.class)
			.addScalar("record_count", Integer.class)
			.addScalar("digest", byte[].class)
			.addScalar("producer_epoch", Long.class)
			.addScalar("appended_at", Instant.class)
			.setParameter("partitions",
					RoundTrip.column(Integer.class, retries, (retry) -> retry.request().partition()))
			.setParameter("producers",
					RoundTrip.column(Long.class, retries,
							(retry) -> retry.repeated().identity().producer().producerId()))
			.setParameter("sequences",
					RoundTrip.column(Long.class, retries, (retry) -> retry.repeated().identity().range().base()))
			.getResultList();
	}

}
