package org.exactlyonce.gateway.proof.model;

import java.time.Instant;
import java.util.Base64;

import tools.jackson.databind.json.JsonMapper;

/**
 * A committed record.
 *
 * @param place the partition it is in
 * @param offset its offset
 * @param payload what was meant
 * @param mediaType the media type of its first send; null for application/json
 * @param producerId its producer, or null
 * @param epoch the epoch it was sent under
 * @param sequence its sequence
 * @param batchBase the first sequence of the batch it was committed in
 * @param appendedAt when, as the receipt says
 * @param id its id as it reads, or null
 */
record Stored(Place place, long offset, Payload payload, String mediaType, Long producerId, long epoch, long sequence,
		long batchBase, Instant appendedAt, String id) {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** The record as it reads back, to the letter: a tree would take 1.0 for 1.00. */
	String text() {
		Instant time = (this.payload.timestamp() != null) ? Instant.ofEpochMilli(this.payload.timestamp())
				: this.appendedAt;
		boolean identified = this.producerId != null;
		return "{\"topic\":" + quoted(this.place.topic()) + ",\"offset\":" + this.offset + ",\"timestamp\":\"" + time
				+ "\",\"key\":" + quoted(this.payload.key()) + "," + value() + ",\"headers\":"
				+ quoted(this.payload.headers()) + ((this.id != null) ? ",\"id\":" + quoted(this.id) : "")
				+ ",\"producerId\":" + this.producerId + ",\"producerEpoch\":" + (identified ? this.epoch : null)
				+ ",\"sequence\":" + (identified ? this.sequence : null) + ",\"appendedAt\":\"" + this.appendedAt
				+ "\"}";
	}

	private String value() {
		Payload.Value value = this.payload.value();
		if (value.isTombstone()) {
			return "\"tombstone\":true";
		}
		String type = (this.mediaType != null) ? ",\"contentType\":" + quoted(this.mediaType) : "";
		if (value.isJson()) {
			return "\"value\":" + value.text() + type;
		}
		return ((value.isText() && this.mediaType.startsWith("text/")) ? "\"valueText\":" + quoted(value.text())
				: "\"valueBase64\":\"" + Base64.getEncoder().encodeToString(value.bytes()) + "\"") + type;
	}

	private static String quoted(Object value) {
		return JSON.writeValueAsString(value);
	}

}
