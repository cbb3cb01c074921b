package org.exactlyonce.gateway.incoming;

import java.util.function.Consumer;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.cloudevent.BinaryEvent;
import org.exactlyonce.gateway.cloudevent.CloudEventMode;
import org.exactlyonce.gateway.cloudevent.JsonEvents;
import org.exactlyonce.gateway.incoming.AppendHeaders.SentKey;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.request.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * An append of CloudEvents, in any of their modes. The id of a record is made of the
 * source and the id of its event.
 *
 * @param request the request
 * @param mode how the events come
 * @param type the body's media type
 */
record EventAppend(HttpServletRequest request, CloudEventMode mode, ContentType type) {

	/**
	 * Looks for events. A producer that counts may have an event for its value: with its
	 * identity that is JSON like any other, and the sequence makes it exactly once.
	 * @param request the request, its body unread
	 * @return the append; null if the request carries no events
	 * @throws ProblemException 415 if the media type is none that is taken
	 */
	static @Nullable EventAppend of(HttpServletRequest request) {
		CloudEventMode mode = CloudEventMode.of(request);
		boolean counted = request.getHeader(SentIdentity.Place.HEADERS.producerId()) != null;
		if (mode == null || (counted && mode == CloudEventMode.STRUCTURED)) {
			return null;
		}
		return new EventAppend(request, mode,
				(mode == CloudEventMode.BINARY) ? ContentType.orBytes(request) : ContentType.of(request));
	}

	/**
	 * Reads the events.
	 * @param body the body
	 * @param sent the key that comes in a header, if any
	 * @param batch takes the records
	 * @param errors takes what is wrong with them
	 * @throws ProblemException 400 if the body must be JSON and is none, 413, or 415 if
	 * it is a document of this API
	 */
	void read(byte[] body, @Nullable SentKey sent, IncomingBatch batch, FieldErrors errors) {
		byte[] key = (sent != null) ? sent.bytes() : null;
		switch (this.mode) {
			case BINARY -> readBinary(body, key, batch, errors);
			case STRUCTURED -> {
				this.type.refuseDocument(body);
				readJson(body, "id", batch, errors, (events) -> events.readOne(body, this.type.text(), key));
			}
			case BATCHED -> {
				readJson(body, "[0].id", batch, errors, (events) -> events.readBatch(body));
				checkBatch(sent, batch, errors);
			}
		}
	}

	private void readBinary(byte[] body, byte @Nullable [] key, IncomingBatch batch, FieldErrors errors) {
		BinaryEvent event = BinaryEvent.read(this.request, errors);
		RecordValue value = (body.length == 0 && mayBeTombstone()) ? RecordValue.TOMBSTONE
				: BodyValue.read(body, this.type, batch, errors);
		batch.add(new LogRecord((key != null) ? key : event.key(), value, event.headers(), null, event.id()), null,
				"ce-id");
	}

	/** What is empty is no JSON; anything else may be empty. */
	private boolean mayBeTombstone() {
		return this.request.getContentType() == null || this.type.kind() == ContentType.Kind.JSON
				|| this.type.kind() == ContentType.Kind.STRUCTURED_JSON;
	}

	private static void readJson(byte[] body, String idName, IncomingBatch batch, FieldErrors errors,
			Consumer<JsonEvents> reading) {
		try {
			reading.accept(new JsonEvents(errors, (record) -> batch.add(record, null, idName)));
		}
		catch (ProblemException ex) {
			throw batch.unreadable(body.length, ex);
		}
	}

	private static void checkBatch(@Nullable SentKey sent, IncomingBatch batch, FieldErrors errors) {
		if (batch.count() == 0) {
			errors.add("records", "is empty, must have at least one event");
		}
		if (sent != null) {
			errors.add(sent.header(), "does not go with a batch of events, which have their own keys");
		}
	}

}
