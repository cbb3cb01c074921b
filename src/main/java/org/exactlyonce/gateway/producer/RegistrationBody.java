package org.exactlyonce.gateway.producer;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /producers} in the OpenAPI document. Only described, never
 * built: the controller reads the body as a stream, strictly.
 */
@Schema(name = "Registration", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record RegistrationBody(@Schema(description = """
		The producer's stable identity (Kafka: `transactional.id`), 1 to 255 characters, not blank. \
		Left out or null: an anonymous producer.""", types = {
		"string", "null" }, minLength = 1, maxLength = 255, example = "orders-api") @Nullable String name){
}
