package org.exactlyonce.gateway.credential;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An access key, as answers have it.
 *
 * @param id its id
 * @param key the key itself, in the answer that made it
 * @param name the principal
 * @param rights what its holder may do
 * @param createdAt when it was made
 * @param expiresAt when it ends, or null for never
 * @param lastUsedAt the hour in which it was used last, or null for never
 */
@Schema(name = "AccessKey")
record KeyView(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) long id,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Schema(
				description = "The key, in the answer that made it only: the gateway keeps its SHA-256") @Nullable String key,
		@Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,
		@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<GrantView> rights,
		@Schema(requiredMode = Schema.RequiredMode.REQUIRED) Instant createdAt,
		@Schema(nullable = true, requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Instant expiresAt,
		@Schema(description = "To the hour; null if it was not used yet", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Instant lastUsedAt) {

	static KeyView of(AccessKey key) {
		return of(key, null);
	}

	static KeyView of(AccessKey row, @Nullable String key) {
		return new KeyView(row.id(), key, row.name(), row.rights().stream().map(GrantView::of).toList(),
				row.createdAt(), row.expiresAt(), row.lastUsedAt());
	}

	/** Leaves the key out. */
	@Override
	public String toString() {
		return "KeyView[id=" + this.id + ", name=" + this.name + "]";
	}

}
