package org.exactlyonce.gateway.cloudevent;

import java.util.function.Consumer;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.json.JsonKind;
import org.exactlyonce.gateway.json.StrictJson;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.record.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads events in the JSON event format. Each is kept as it was sent.
 */
public final class JsonEvents {

	private static final String EXAMPLE = "{\"specversion\": \"1.0\", \"id\": ..., \"source\": ..., \"type\": ...}";

	private final FieldErrors errors;

	private final Consumer<@Nullable LogRecord> records;

	private int count;

	/**
	 * Reads events.
	 * @param errors takes what is wrong with them
	 * @param records takes a record for each event in turn, and null for what is no
	 * object; records are good only if there are no errors
	 */
	public JsonEvents(FieldErrors errors, Consumer<@Nullable LogRecord> records) {
		this.errors = errors;
		this.records = records;
	}

	/**
	 * Reads a body that is one event.
	 * @param body the JSON, in UTF-8
	 * @param contentType its media type, which the record keeps
	 * @param key the record's key; null if the event's own is meant
	 * @throws ProblemException 400 if it is no JSON object, or repeats a field; whatever
	 * the consumer throws
	 */
	public void readOne(byte[] body, String contentType, byte @Nullable [] key) {
		JsonDocuments.read(body, JsonKind.OBJECT, EXAMPLE, this.errors, (json) -> read(json, "", contentType, key));
	}

	/**
	 * Reads a body that is an array of events.
	 * @param body the JSON, in UTF-8
	 * @throws ProblemException 400 if it is no JSON array, or repeats a field; whatever
	 * the consumer throws
	 */
	public void readBatch(byte[] body) {
		JsonDocuments.read(body, JsonKind.ARRAY, "[" + EXAMPLE + "]", this.errors,
				(json) -> json.readArray("", () -> readElement(json, "[" + this.count++ + "]")));
	}

	private void readElement(StrictJson json, String path) {
		if (json.kind() == JsonKind.OBJECT) {
			read(json, path + ".", CloudEventMode.EVENT_TYPE, null);
		}
		else {
			json.refuse(path, "must be an object");
			this.records.accept(null);
		}
	}

	private void read(StrictJson json, String prefix, String contentType, byte @Nullable [] key) {
		EventMembers members = new EventMembers(prefix, this.errors);
		byte[] text = json.readText(() -> json.readObject(prefix, (name) -> members.member(json, name)));
		members.end();
		this.records.accept(members.toRecord(text, contentType, key));
	}

}
