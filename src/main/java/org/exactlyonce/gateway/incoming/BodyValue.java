package org.exactlyonce.gateway.incoming;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.request.ContentType;

/**
 * The value of a record that is a whole body.
 */
final class BodyValue {

	private BodyValue() {
	}

	/**
	 * Reads a body as its media type says.
	 * @param body the body
	 * @param type its media type
	 * @param batch takes the record, and has the bounds
	 * @param errors takes what is wrong with the value
	 * @return the value
	 * @throws ProblemException 400 if it must be JSON and is none, or 413
	 */
	static RecordValue read(byte[] body, ContentType type, IncomingBatch batch, FieldErrors errors) {
		return switch (type.kind()) {
			case JSON -> RecordValue.json(json(body, batch, errors), null);
			case STRUCTURED_JSON -> RecordValue.json(json(body, batch, errors), type.text());
			default -> RecordValue.bytes(body, type.text());
		};
	}

	private static byte[] json(byte[] body, IncomingBatch batch, FieldErrors errors) {
		try {
			return JsonDocuments.readWhole(body, "value", errors);
		}
		catch (ProblemException ex) {
			throw batch.unreadable(body.length, ex);
		}
	}

}
