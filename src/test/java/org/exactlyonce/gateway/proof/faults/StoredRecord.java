package org.exactlyonce.gateway.proof.faults;

import tools.jackson.databind.JsonNode;

/**
 * A record as the gateway shows it.
 *
 * @param offset its offset
 * @param producerId who sent it
 * @param epoch the epoch it was sent under
 * @param sequence its sequence
 * @param value its value
 */
record StoredRecord(long offset, long producerId, long epoch, long sequence, String value) {

	static StoredRecord of(JsonNode json) {
		return new StoredRecord(json.get("offset").longValue(), json.get("producerId").longValue(),
				json.get("producerEpoch").longValue(), json.get("sequence").longValue(),
				json.get("value").stringValue());
	}

}
