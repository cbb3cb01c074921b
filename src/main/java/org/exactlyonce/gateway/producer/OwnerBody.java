package org.exactlyonce.gateway.producer;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code PATCH /producers/{producerId}} in the OpenAPI document. Only
 * described, never built: see {@link ProducerBodies}.
 */
@Schema(name = "Ownership", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record OwnerBody(@Schema(description = """
		The principal that the producer belongs to from now on, 1 to 256 characters, not blank. Null: no owner, until \
		the first principal registers or appends as it.""", types = {
		"string", "null" }, minLength = 1, maxLength = 256, example = "orders-service",
		requiredMode = Schema.RequiredMode.REQUIRED) @Nullable String owner){
}
