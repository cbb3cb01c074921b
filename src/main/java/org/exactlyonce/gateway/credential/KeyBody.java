package org.exactlyonce.gateway.credential;

import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The description in the OpenAPI document of the body that asks for a key.
 *
 * @param name the principal
 * @param rights what its holder may do
 * @param expiresAt when it ends
 */
@Schema(name = "NewAccessKey")
record KeyBody(@Schema(
		description = "The principal that will hold it, which owns the producers it registers. Two keys may have one name, so that one can replace the other without a gap.",
		minLength = 1, maxLength = 255, example = "orders-service",
		requiredMode = Schema.RequiredMode.REQUIRED) String name,
		@Schema(description = "What its holder may do",
				requiredMode = Schema.RequiredMode.REQUIRED) List<GrantView> rights,
		@Schema(description = "When it ends (RFC 3339); null or left out for never", nullable = true, type = "string",
				format = "date-time") @Nullable String expiresAt) {
}
