package org.exactlyonce.gateway.topic;

import java.util.List;
import java.util.Optional;

import io.swagger.v3.oas.annotations.media.Schema;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocument;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.json.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body that says what a topic is to be. One use, one thread.
 */
final class TopicRequest implements JsonDocument {

	private static final List<String> FIELDS = JsonDocuments.fieldsOf(Body.class);

	private @Nullable Long partitions;

	private @Nullable Long retentionMs;

	private @Nullable Long retentionBytes;

	/**
	 * Reads a body.
	 * @param body the body, empty if there is none
	 * @param errors takes what is wrong with it
	 * @return this
	 */
	static TopicRequest read(byte[] body, FieldErrors errors) {
		TopicRequest request = new TopicRequest();
		if (body.length > 0) {
			JsonDocuments.read(body, errors, request);
		}
		return request;
	}

	/** How many; nothing if it was left out. */
	Optional<Integer> partitions() {
		return Optional.ofNullable(this.partitions).map(Long::intValue);
	}

	@Nullable Long retentionMs() {
		return this.retentionMs;
	}

	@Nullable Long retentionBytes() {
		return this.retentionBytes;
	}

	@Override
	public String example() {
		return "{\"partitions\": 12, \"retentionMs\": 604800000}";
	}

	@Override
	public void member(StrictJson json, String member) {
		switch (member) {
			case "partitions" -> this.partitions = json.readNumber(member, 1, TopicProperties.MOST);
			case "retentionMs" -> this.retentionMs = json.readNumber(member, 1, StrictJson.MOST);
			case "retentionBytes" -> this.retentionBytes = json.readNumber(member, 1, StrictJson.MOST);
			default -> json.unknownField(member, FIELDS);
		}
	}

	/**
	 * The body as the OpenAPI document describes it.
	 */
	@Schema(name = "TopicSettings", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
	record Body(@Schema(
			description = "How many partitions. Left out: gateway.partitions for a new topic, as many as there are for a known one",
			types = {
					"integer", "null" },
			format = "int32", minimum = "1", maximum = "10000", example = "12") @Nullable Integer partitions,
			@Schema(description = "How long records are kept at least, in milliseconds; null or left out: for ever",
					types = { "integer", "null" }, format = "int64", minimum = "1",
					example = "604800000") @Nullable Long retentionMs,
			@Schema(description = "How many bytes of each partition are kept at least; null or left out: all",
					types = { "integer", "null" }, format = "int64", minimum = "1",
					example = "1073741824") @Nullable Long retentionBytes){
	}

}
