package org.exactlyonce.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer to an append, and what it means to a client.
 *
 * @param name says which it is
 * @param before how many records are stored before
 * @param records how many the append has
 * @param status the answer's status
 * @param headers its headers
 * @param body its document, or any text; null: none
 * @param stored whether the records are stored, whatever the answer
 * @param means what the client has to do
 * @param offset which one it has to tell; null: where the gateway stores the record
 * @param seconds how long no request may come
 */
record AnswerVector(String name, int before, int records, int status, Map<String, String> headers, JsonNode body,
		boolean stored, Means means, Long offset, int seconds) {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build();

	AnswerVector {
		records = Math.max(records, 1);
		headers = (headers != null) ? headers : Map.of();
	}

	/** All that come with the runner. */
	static List<AnswerVector> all() throws IOException {
		try (InputStream file = AnswerVector.class.getResourceAsStream("/vectors/answers.json")) {
			return List.of(JSON.treeToValue(JSON.readTree(file).get("answers"), AnswerVector[].class));
		}
	}

	byte[] bytes() {
		return (this.body == null) ? new byte[0]
				: (this.body.isString() ? this.body.asString() : this.body.toString()).getBytes(StandardCharsets.UTF_8);
	}

	String contentType() {
		boolean document = this.body != null && this.body.isObject();
		return (!document) ? "text/html" : (this.status < 400) ? "application/json" : "application/problem+json";
	}

	/** Whether it is about the producer, so that a fence is answered by it, too. */
	boolean isOfTheProducer() {
		return this.means.error != null && this.body != null
				&& List.of("PRODUCER_FENCED", "UNKNOWN_PRODUCER_ID").contains(this.body.path("code").asString(""));
	}

	enum Means {

		/** It is stored: there is no other request. */
		@JsonProperty("stored")
		STORED(null),

		/** The same request again. */
		@JsonProperty("again")
		AGAIN(null),

		/** Smaller requests, of the same sequences. */
		@JsonProperty("pieces")
		PIECES(null),

		/** Not stored, and the next one is. */
		@JsonProperty("refused")
		REFUSED("refused"),

		/** The same, and the record is what is too large. */
		@JsonProperty("too-large")
		TOO_LARGE("too-large"),

		/** Not stored, and nothing more is sent. */
		@JsonProperty("fenced")
		FENCED("fenced"),

		/** The same, of this partition. */
		@JsonProperty("lost")
		LOST("lost");

		/** What the user is told; null if the records get stored. */
		final String error;

		Means(String error) {
			this.error = error;
		}

		/** Whether another record can be stored. */
		boolean goesOn() {
			return this != FENCED && this != LOST;
		}

	}

}
