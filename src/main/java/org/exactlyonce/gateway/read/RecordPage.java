package org.exactlyonce.gateway.read;

import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * A page of the log as callers see it, for the OpenAPI document. The
 * {@link PageConverter} writes it.
 */
record RecordPage(@Schema(example = "records", requiredMode = Schema.RequiredMode.REQUIRED) String topic,
		@Schema(example = "0", requiredMode = Schema.RequiredMode.REQUIRED) int partition,
		@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<RecordItem> records,
		@Schema(description = "The offset of the next page", example = "910",
				requiredMode = Schema.RequiredMode.REQUIRED) long nextOffset,
		@Schema(description = "The offset that the partition's next record will get", example = "910",
				requiredMode = Schema.RequiredMode.REQUIRED) long logEndOffset) {
}
