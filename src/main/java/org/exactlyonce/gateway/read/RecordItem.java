package org.exactlyonce.gateway.read;

import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One record as callers see it, for the OpenAPI document: JSON has a value, text has
 * valueText, other bytes have valueBase64, and a tombstone none of them. The
 * {@link ItemWriter} writes it.
 *
 * @param key the key; null if there is keyBase64, empty if there is no key at all
 */
@Schema(name = "StoredRecord", description = "Has one of `value`, `valueText`, `valueBase64` and `tombstone`.")
record RecordItem(@Schema(example = "records", requiredMode = Schema.RequiredMode.REQUIRED) String topic,
		@Schema(example = "908", requiredMode = Schema.RequiredMode.REQUIRED) long offset,
		@Schema(description = "The given time, else the time of the append", format = "date-time",
				requiredMode = Schema.RequiredMode.REQUIRED) String timestamp,
		@Schema(description = "The key, if it is text without U+0000; null if there is none", example = "customer-7",
				types = {
						"string", "null" }) @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Optional<String> key,
		@Schema(description = "A key that is no text, instead of key",
				format = "byte") @JsonInclude(JsonInclude.Include.NON_NULL) byte @Nullable [] keyBase64,
		@Schema(description = "Any JSON value, as it was sent", implementation = Object.class,
				example = "{\"total\": 12.5}") @JsonRawValue @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String value,
		@Schema(description = "The bytes of a `text/*` that are UTF-8, instead of value") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String valueText,
		@Schema(description = "Other bytes, instead of value",
				format = "byte") @JsonInclude(JsonInclude.Include.NON_NULL) byte @Nullable [] valueBase64,
		@Schema(description = "True for a record without a value, instead of value") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean tombstone,
		@Schema(description = "The media type of text and bytes, and of JSON whose media type ends in `+json`") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String contentType,
		@Schema(description = "As they were sent: text by name, or a list of names and values",
				types = { "object", "array" }, example = "{\"trace\": \"abc\"}",
				requiredMode = Schema.RequiredMode.REQUIRED) Object headers,
		@Schema(description = "What tells it from all others of its topic, if it was sent with an id") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String id,
		@Schema(example = "1", nullable = true, requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerId,
		@Schema(example = "0", nullable = true,
				requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long producerEpoch,
		@Schema(example = "42", nullable = true, requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Long sequence,
		@Schema(format = "date-time", requiredMode = Schema.RequiredMode.REQUIRED) String appendedAt){
}
