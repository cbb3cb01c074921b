package org.exactlyonce.gateway.incoming;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of an append in the OpenAPI document. Only described, never built: see
 * {@link JsonAppend}, which reads the body as a stream, strictly.
 */
@Schema(name = "Append", additionalProperties = Schema.AdditionalPropertiesValue.FALSE, description = """
		With `producerId` and `baseSequence` the append is exactly once. Without either of them it is at least once: \
		appended, not deduplicated.""")
public record AppendBody(@Schema(description = "The id that POST /producers issued", types = {
		"integer", "null" }, format = "int64", minimum = "0", maximum = "9007199254740991",
		example = "1") @Nullable Long producerId,
		@Schema(description = "The epoch that POST /producers answered with; left out: 0",
				types = { "integer", "null" }, format = "int64", minimum = "0", maximum = "9007199254740991",
				defaultValue = "0", example = "0") @Nullable Long producerEpoch,
		@Schema(description = "The sequence of the first record; record i has baseSequence + i. A producer's first is 0 in each partition, the next is nextSequence of the receipt. The last record's sequence must not pass 2^53−1 either",
				types = { "integer", "null" }, format = "int64", minimum = "0", maximum = "9007199254740991",
				example = "0") @Nullable Long baseSequence,
		@Schema(description = "The batch: all of it is appended, or nothing. At most 10 000 records and 8 MiB of values, unless the gateway is configured otherwise",
				requiredMode = Schema.RequiredMode.REQUIRED) List<AppendRecord> records){

	/**
	 * The shape of one record.
	 */
	@Schema(name = "Record", additionalProperties = Schema.AdditionalPropertiesValue.FALSE, description = """
			Has one of `value`, `valueText`, `valueBase64` and `tombstone`, and `key` or `keyBase64` or neither.""")
	public record AppendRecord(@Schema(description = "Any text without U+0000", types = {
			"string", "null" }, example = "customer-7") @Nullable String key,
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
