package org.exactlyonce.gateway.ids;

import java.time.Instant;
import java.util.List;

/**
 * An id that a topic knows.
 *
 * @param payload SHA-256 of what has to be the same in what has the id
 * @param places the record that has it, or all those of the request that has it, in its
 * order
 * @param whole whether it is a request's
 * @param appendedAt when it was stored
 */
public record KnownId(byte[] payload, List<RecordPlace> places, boolean whole, Instant appendedAt) {

	/** The record that has it, or the first of the request. */
	RecordPlace first() {
		return this.places.get(0);
	}

}
