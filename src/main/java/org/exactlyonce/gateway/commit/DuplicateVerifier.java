package org.exactlyonce.gateway.commit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import static org.exactlyonce.gateway.statement.RoundTrip.column;

/**
 * Recognises a retry that was sent as it was first, and finds its original offsets, by
 * one look-up of digests for a whole group. Works on committed batches, which never
 * change, outside any lock. What was batched otherwise is left to the
 * {@link RebatchedDuplicates}.
 */
@Component
class DuplicateVerifier {

	private static final String SAME_BASE = """
			select q.i, b.base_offset, b.record_count, b.digest, b.producer_epoch, b.appended_at, p.log_start_offset
			from unnest(cast(? as integer array), cast(? as bigint array),
				cast(? as bigint array)) with ordinality q(partition_id, producer_id, base_sequence, i)
			join record_batch b on b.partition_id = q.partition_id and b.producer_id = q.producer_id
				and b.base_sequence = q.base_sequence
			join log_partition p on p.partition_id = q.partition_id""";

	private final Transactions transactions;

	DuplicateVerifier(Transactions transactions) {
		this.transactions = transactions;
	}

	/**
	 * Finds the batches that retries repeat as they were sent.
	 * @param retries at least one
	 * @return a receipt for each that is the same batch, or whose records are deleted, in
	 * the same order
	 */
	List<Optional<Receipt>> verify(List<Retry> retries) {
		return this.transactions.inRoundTrips((statements) -> {
			Receipt[] receipts = new Receipt[retries.size()];
			statements.query(SAME_BASE, (row) -> {
				int i = row.getInt("i") - 1;
				receipts[i] = receipt(retries.get(i), row);
			}, column(Integer.class, retries, (retry) -> retry.request().partition()),
					column(Long.class, retries, (retry) -> retry.repeated().identity().producer().producerId()),
					column(Long.class, retries, (retry) -> retry.repeated().identity().range().base()))
				.run();
			return Stream.of(receipts).map(Optional::ofNullable).toList();
		});
	}

	private static @Nullable Receipt receipt(Retry retry, ResultSet row) throws SQLException {
		EncodedBatch sent = retry.request().batch();
		long baseOffset = row.getLong("base_offset");
		if (baseOffset < row.getLong("log_start_offset")) { // its row is about to go
			return Receipt.deleted(retry.request().partition(), retry.repeated());
		}
		if (sent.recordCount() != row.getInt("record_count") || !Arrays.equals(sent.digest(), row.getBytes("digest"))) {
			return null;
		}
		return Receipt.duplicate(retry.request().partition(), retry.repeated(), row.getLong("producer_epoch"),
				baseOffset, baseOffset + sent.recordCount() - 1,
				row.getObject("appended_at", OffsetDateTime.class).toInstant());
	}

}
