package org.exactlyonce.gateway.topic;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a topic is to be, as the OpenAPI document describes it.
 */
@Schema(name = "TopicSettings")
record TopicBody(@Schema(
		description = "How many partitions, 1 to 10 000. Left out: gateway.partitions for a new topic, as many as there are for a known one",
		example = "12") @Nullable Integer partitions,
		@Schema(description = "How long records are kept at least, in milliseconds; null or left out: for ever",
				example = "604800000", nullable = true) @Nullable Long retentionMs,
		@Schema(description = "How many bytes of each partition are kept at least; null or left out: all",
				example = "1073741824", nullable = true) @Nullable Long retentionBytes) {
}
