package org.exactlyonce.gateway.ids;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

import org.exactlyonce.gateway.sequence.RecordId;

/**
 * An id that a topic knows.
 *
 * @param payload what has to be the same in what has the id, as {@link RecordId#payload}
 * has it
 * @param whole whether it is a request's
 * @param appendedAt when it was stored
 * @param places makes the places of the record that has it, or of all those of the
 * request, in its order: many, and only asked for if they are told
 */
public record KnownId(byte[] payload, boolean whole, Instant appendedAt, Supplier<List<RecordPlace>> places) {

	static KnownId of(byte[] payload, boolean whole, Instant appendedAt, List<RecordPlace> places) {
		return new KnownId(payload, whole, appendedAt, () -> places);
	}

	/** The record that has it, or the first of the request. */
	RecordPlace first() {
		return this.places.get().get(0);
	}

}
