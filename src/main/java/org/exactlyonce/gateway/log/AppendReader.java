package org.exactlyonce.gateway.log;

import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.request.FieldErrors;
import org.exactlyonce.gateway.request.JsonDocuments;
import org.exactlyonce.gateway.request.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON form of an append: identity and records in one document. One use, one
 * thread.
 */
final class AppendReader implements StrictJson.Document {

	private final IncomingBatch batch;

	private final FieldErrors errors;

	private @Nullable Long producerId;

	private @Nullable Long producerEpoch;

	private @Nullable Long baseSequence;

	private boolean hasRecords;

	AppendReader(IncomingBatch batch, FieldErrors errors) {
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
		if (!this.hasRecords && this.errors.isEmpty()) {
			this.errors.add("records", "is missing");
		}
		return new SentIdentity(this.producerId, this.producerEpoch, this.baseSequence);
	}

	@Override
	public void member(StrictJson json, String name) {
		switch (name) {
			case "producerId" -> this.producerId = json.readNumber(name);
			case "producerEpoch" -> this.producerEpoch = json.readNumber(name);
			case "baseSequence" -> this.baseSequence = json.readNumber(name);
			case "records" -> this.hasRecords = json.readArray(name, () -> readRecord(json)) || !json.isNull();
			default -> json.unknownField(name);
		}
	}

	private void readRecord(StrictJson json) {
		String path = "records[" + this.batch.count() + "]";
		RecordFields fields = new RecordFields(path);
		if (json.isNull()) {
			json.error(path, "must be an object");
		}
		else if (json.readObject(path, (name) -> fields.member(json, name))) {
			fields.end(this.errors);
		}
		this.batch.add(fields.toRecord());
	}

}
