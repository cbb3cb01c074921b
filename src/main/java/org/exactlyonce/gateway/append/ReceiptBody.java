package org.exactlyonce.gateway.append;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.commit.Receipt;
import org.exactlyonce.gateway.topic.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a stored append as callers see it. A duplicate gets the original offsets.
 */
@Schema(name = "Receipt")
record ReceiptBody(@Schema(example = "records", requiredMode = Schema.RequiredMode.REQUIRED) String topic,
		@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
		@Schema(example = "1", nullable = true, requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerId,
		@Schema(description = "The epoch of the batch that holds the first record", example = "0", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerEpoch,
		@Schema(example = "42", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long baseSequence,
		@Schema(example = "43", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long lastSequence,
		@Schema(description = "The first record's offset; null for a duplicate whose records are deleted",
				example = "908", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long baseOffset,
		@Schema(description = "The last record's offset", example = "909", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long lastOffset,
		@Schema(description = "The sequence to send next, now", example = "44", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long nextSequence,
		@Schema(description = "Whether the records were committed before", example = "false",
				requiredMode = Schema.RequiredMode.REQUIRED) boolean duplicate,
		@Schema(description = "When the batch that holds the first record was appended", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Instant appendedAt) {

	static ReceiptBody of(TopicPartition partition, Receipt receipt) {
		return new ReceiptBody(partition.topic(), partition.number(), receipt.producerId(), receipt.producerEpoch(),
				receipt.baseSequence(), receipt.lastSequence(), receipt.baseOffset(), receipt.lastOffset(),
				receipt.nextSequence(), receipt.duplicate(), receipt.appendedAt());
	}

	/**
	 * The receipt in JSON, byte for byte as Jackson writes it: by hand, as it is written
	 * by the thread that a lane has.
	 */
	byte[] toJson() {
		StringBuilder json = new StringBuilder(256);
		// a topic's name has no character that is escaped
		json.append("{\"topic\":\"").append(this.topic);
		json.append("\",\"partition\":").append(this.partition);
		json.append(",\"producerId\":").append(this.producerId);
		json.append(",\"producerEpoch\":").append(this.producerEpoch);
		json.append(",\"baseSequence\":").append(this.baseSequence);
		json.append(",\"lastSequence\":").append(this.lastSequence);
		json.append(",\"baseOffset\":").append(this.baseOffset);
		json.append(",\"lastOffset\":").append(this.lastOffset);
		json.append(",\"nextSequence\":").append(this.nextSequence);
		json.append(",\"duplicate\":").append(this.duplicate);
		json.append(",\"appendedAt\":").append((this.appendedAt != null) ? Time.text(this.appendedAt) : null);
		return json.append('}').toString().getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * A time as it was written last: all that is stored in one group has the same.
	 *
	 * @param instant the time
	 * @param text in JSON
	 */
	private record Time(Instant instant, String text) {

		private static volatile Time last = new Time(Instant.EPOCH, "\"" + Instant.EPOCH + "\"");

		private static String text(Instant instant) {
			Time time = last;
			if (!time.instant.equals(instant)) {
				time = new Time(instant, "\"" + instant + "\"");
				last = time;
			}
			return time.text;
		}

	}

}
