package org.exactlyonce.gateway.log;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.exactlyonce.gateway.request.FieldErrors;
import org.exactlyonce.gateway.request.JsonDocuments;
import org.exactlyonce.gateway.request.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * The members of one record object, in any order.
 */
final class RecordFields implements StrictJson.Document {

	private static final String OCTET_STREAM = "application/octet-stream";

	private static final List<String> KNOWN = StrictJson.fieldsOf(AppendBody.AppendRecord.class);

	private final String path;

	private @Nullable String key;

	private byte @Nullable [] value;

	private boolean hasValue;

	private boolean hasBytes;

	private @Nullable String contentType;

	private @Nullable Long timestampMillis;

	private final SortedMap<String, String> headers = new TreeMap<>();

	/**
	 * Begins a record.
	 * @param path what to call it in errors, such as {@code records[3]}
	 */
	RecordFields(String path) {
		this.path = path;
	}

	/**
	 * Reads a line that is one record.
	 * @param line the line, in UTF-8
	 * @param errors takes what is wrong with it
	 * @return whether the line was read to its end
	 */
	boolean readLine(byte[] line, FieldErrors errors) {
		boolean ended = JsonDocuments.readLine(line, this.path, errors, this);
		if (ended) {
			end(errors);
		}
		return ended;
	}

	@Override
	public String example() {
		return "{\"value\": ...}";
	}

	@Override
	public void member(StrictJson json, String name) {
		String where = this.path + "." + name;
		switch (name) {
			case "key" -> this.key = json.readString(where, false);
			case "value" -> {
				this.hasValue = true;
				this.value = json.readValue(where);
			}
			case "valueBase64" -> {
				this.hasBytes = !json.isNull();
				byte[] bytes = json.readBase64(where);
				if (bytes != null) {
					this.value = bytes;
					this.contentType = OCTET_STREAM;
				}
			}
			case "headers" -> json.readObject(where, (header) -> readHeader(json, where, header));
			case "timestamp" -> readTimestamp(json, where);
			default -> json.unknownField(where, KNOWN);
		}
	}

	private void readHeader(StrictJson json, String where, String name) {
		json.checkText(where, name, false);
		String path = where + "." + name;
		if (json.isNull()) {
			json.error(path, "must be a string");
			return;
		}
		String text = json.readString(path, true);
		if (text != null) {
			this.headers.put(name, text);
		}
	}

	private void readTimestamp(StrictJson json, String where) {
		String text = json.readString(where, false);
		if (text == null) {
			return;
		}
		Timestamps.parse(text)
			.ifPresentOrElse((millis) -> this.timestampMillis = millis,
					() -> json.error(where, "must be a time of RFC 3339, such as 2026-11-23T10:00:00.123Z"));
	}

	/** Checks the members together, after the last one. */
	void end(FieldErrors errors) {
		if (this.hasValue && this.hasBytes) {
			errors.add(this.path + ".valueBase64", "comes together with value, must be one of them");
		}
		else if (!this.hasValue && !this.hasBytes) {
			errors.add(this.path + ".value", "is missing");
		}
	}

	/** The record; null if it has no value. */
	@Nullable LogRecord toRecord() {
		return (this.value != null)
				? new LogRecord(this.key, this.value, this.contentType, this.headers, this.timestampMillis) : null;
	}

}
