package org.exactlyonce.gateway.commit;

import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.log.RecordBatch;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a stored append. A duplicate gets the original offsets.
 */
public record Receipt(@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
		@Schema(example = "1", nullable = true, requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerId,
		@Schema(description = "The epoch of the batch that holds the first record", example = "0", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerEpoch,
		@Schema(example = "42", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long baseSequence,
		@Schema(example = "43", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long lastSequence,
		@Schema(description = "The first record's offset", example = "908",
				requiredMode = Schema.RequiredMode.REQUIRED) long baseOffset,
		@Schema(description = "The last record's offset", example = "909",
				requiredMode = Schema.RequiredMode.REQUIRED) long lastOffset,
		@Schema(description = "The sequence to send next, now", example = "44", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long nextSequence,
		@Schema(description = "Whether the records were committed before", example = "false",
				requiredMode = Schema.RequiredMode.REQUIRED) boolean duplicate,
		@Schema(description = "When the batch that holds the first record was appended",
				requiredMode = Schema.RequiredMode.REQUIRED) Instant appendedAt) {

	/**
	 * The answer to a new batch.
	 * @param batch the batch
	 * @return the receipt
	 */
	static Receipt stored(RecordBatch batch) {
		Long base = batch.baseSequence();
		Long next = (base != null) ? Long.valueOf(base + batch.recordCount()) : null;
		return new Receipt(batch.partition(), batch.producerId(), batch.producerEpoch(), base,
				(next != null) ? Long.valueOf(next - 1) : null, batch.baseOffset(), batch.lastOffset(), next, false,
				batch.appendedAt());
	}

	/**
	 * The answer to records that were committed before.
	 * @param partition their partition
	 * @param repeated what was sent
	 * @param producerEpoch the epoch of the batch that holds the first record
	 * @param baseOffset the first record's offset
	 * @param lastOffset the last record's offset
	 * @param appendedAt when the batch that holds the first record was appended
	 * @return the receipt
	 */
	static Receipt duplicate(int partition, Judgement.Repeated repeated, @Nullable Long producerEpoch, long baseOffset,
			long lastOffset, Instant appendedAt) {
		AppendIdentity.Sequenced identity = repeated.identity();
		return new Receipt(partition, identity.producer().producerId(), producerEpoch, identity.range().base(),
				identity.range().last(), baseOffset, lastOffset, repeated.nextSequence(), true, appendedAt);
	}

}
