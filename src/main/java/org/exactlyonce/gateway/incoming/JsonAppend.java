package org.exactlyonce.gateway.incoming;

import java.util.List;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocument;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.json.StrictJson;
import org.exactlyonce.gateway.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON form of an append: identity and records in one document. One use, one
 * thread.
 */
final class JsonAppend implements JsonDocument {

	private static final List<String> KNOWN = JsonDocuments.fieldsOf(AppendBody.class);

	private static final List<String> KNOWN_IN_SPREAD = JsonDocuments.fieldsOf(SpreadBody.class);

	private final IncomingBatch batch;

	private final FieldErrors errors;

	private @Nullable Long producerId;

	private @Nullable Long producerEpoch;

	private @Nullable Long baseSequence;

	private boolean recordsSent;

	private boolean recordsEmpty;

	JsonAppend(IncomingBatch batch, FieldErrors errors) {
		this.batch = batch;
		this.errors = errors;
	}

	/**
	 * Reads a body.
	 * @param body the JSON, in UTF-8
	 * @return the identity that is in it
	 * @throws ProblemException 400 if it is no JSON object, or 413
	 */
	SentIdentity read(byte[] body) {
		try {
			JsonDocuments.read(body, this.errors, this);
		}
		catch (ProblemException ex) {
			throw this.batch.unreadable(body.length, ex);
		}
		if (!this.recordsSent) {
			this.errors.add("records", "is missing");
		}
		else if (this.recordsEmpty) {
			this.errors.add("records", "is empty, must have at least one record");
		}
		return new SentIdentity(this.producerId, this.producerEpoch, this.baseSequence);
	}

	@Override
	public String example() {
		return "{\"records\": [...]}";
	}

	@Override
	public void member(StrictJson json, String name) {
		switch (name) {
			case "producerId" -> this.producerId = readNumber(json, name);
			case "producerEpoch" -> this.producerEpoch = readNumber(json, name);
			case "baseSequence" -> this.baseSequence = readNumber(json, name);
			case "records" -> {
				this.recordsSent = !json.isNull();
				this.recordsEmpty = json.readArray(name, () -> readRecord(json)) && this.batch.count() == 0;
			}
			default -> json.unknownField(name, this.batch.isSpread() ? KNOWN_IN_SPREAD : KNOWN);
		}
	}

	/** What is wrong counts as sent, or it would be missed as well. */
	private static @Nullable Long readNumber(StrictJson json, String name) {
		boolean sent = !json.isNull();
		Long number = json.readNumber(name);
		return (number == null && sent) ? Long.valueOf(0) : number;
	}

	private void readRecord(StrictJson json) {
		String path = "records[" + this.batch.count() + "]";
		RecordFields fields = new RecordFields(path, this.batch.isSpread());
		if (json.isNull()) {
			json.error(path, "must be an object");
		}
		else if (json.readObject(path, (name) -> fields.member(json, name))) {
			fields.end(this.errors);
		}
		this.batch.add(fields.toRecord(), fields.partition(), fields.idName());
	}

}
