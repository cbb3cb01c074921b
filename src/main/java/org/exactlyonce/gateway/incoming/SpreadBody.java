package org.exactlyonce.gateway.incoming;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of an append to a topic in the OpenAPI document. Only described, never built:
 * see {@link JsonAppend}, which reads the body as a stream, strictly.
 */
@Schema(name = "TopicAppend", additionalProperties = Schema.AdditionalPropertiesValue.FALSE, description = """
		At least once: a retry may store the records again. The gateway chooses the partition of a record that names \
		none.""")
public record SpreadBody(@Schema(
		description = "All of them are appended, or none, over all partitions. At most 10 000 records and 8 MiB of values, unless the gateway is configured otherwise",
		requiredMode = Schema.RequiredMode.REQUIRED) List<SpreadRecord> records) {

	/**
	 * The shape of one record.
	 */
	@Schema(name = "TopicRecord", additionalProperties = Schema.AdditionalPropertiesValue.FALSE, description = """
			Has one of `value`, `valueText`, `valueBase64` and `tombstone`, and `key` or `keyBase64` or neither.""")
	public record SpreadRecord(@Schema(
			description = "Where it goes. Left out: where its key belongs, as Kafka's Java producer has it (murmur2); without a key: a random partition, the same for all of them in the request",
			types = {
					"integer", "null" },
			format = "int32", minimum = "0", example = "3") @Nullable Integer partition,
			@Schema(description = "Any text without U+0000", types = { "string", "null" },
					example = "customer-7") @Nullable String key,
			@Schema(description = "The key in base64 (RFC 4648, section 4), instead of key: a key is bytes",
					types = { "string", "null" }, format = "byte") byte @Nullable [] keyBase64,
			@Schema(description = "Any JSON value, null too. Kept as it was sent but for white space",
					implementation = Object.class, example = "{\"total\": 12.5}") @Nullable Object value,
			@Schema(description = "Text instead of value; it reads back as `text/plain;charset=UTF-8`",
					types = { "string", "null" }) @Nullable String valueText,
			@Schema(description = "Bytes in base64 (RFC 4648, section 4), instead of value",
					types = { "string", "null" }, format = "byte") byte @Nullable [] valueBase64,
			@Schema(description = "True instead of value: a record without a value, which is Kafka's null",
					types = { "boolean", "null" }) @Nullable Boolean tombstone,
			@Schema(description = """
					Text by name; their order does not matter. Or a list of names and values in which names may \
					repeat, and a value may be null or bytes: `[["a", "1"], ["a", null], ["b", {"base64": "AAE="}]]`""",
					types = { "object", "array", "null" },
					example = "{\"trace\": \"abc\"}") @Nullable Map<String, String> headers,
			@Schema(description = "What tells it from all others of its topic: sent again, it is a duplicate. 1 to 255 characters. Not together with a producer's identity, Idempotency-Key or acks=0",
					types = { "string", "null" }, minLength = 1, maxLength = 255) @Nullable String id,
			@Schema(description = "RFC 3339, kept to the millisecond; left out: the record reads back with the time of the append",
					types = { "string", "null" }, format = "date-time",
					example = "2026-11-23T10:00:00Z") @Nullable Instant timestamp){
	}

}
