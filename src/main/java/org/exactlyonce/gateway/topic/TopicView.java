package org.exactlyonce.gateway.topic;

import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A topic as callers see it.
 */
@Schema(name = "Topic")
record TopicView(
		@Schema(description = "Its name", example = "orders", requiredMode = Schema.RequiredMode.REQUIRED) String topic,
		@Schema(description = "How many partitions it has, which are numbered from 0", example = "12",
				requiredMode = Schema.RequiredMode.REQUIRED) int partitions,
		@Schema(description = "How long records are kept at least, in milliseconds; null: for ever",
				example = "604800000", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long retentionMs,
		@Schema(description = "How many bytes of each partition are kept at least; null: all", example = "1073741824",
				nullable = true, requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long retentionBytes,
		@Schema(description = "When it was made", requiredMode = Schema.RequiredMode.REQUIRED) Instant createdAt) {

	static TopicView of(Topic topic) {
		return new TopicView(topic.name(), topic.partitions(), topic.retentionMs(), topic.retentionBytes(),
				topic.createdAt());
	}

}
