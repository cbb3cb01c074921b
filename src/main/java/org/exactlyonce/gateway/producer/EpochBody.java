package org.exactlyonce.gateway.producer;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /producers/{producerId}/epoch} in the OpenAPI document. Only
 * described, never built: see {@link ProducerBodies}.
 */
@Schema(name = "EpochRaise", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record EpochBody(@Schema(description = """
		The epoch that the caller believes to hold. Left out or null: whatever it is. An older one is refused, and \
		raises nothing.""", types = {
		"integer", "null" }, format = "int64", minimum = "0", maximum = "9007199254740991",
		example = "0") @Nullable Long producerEpoch){
}
