package org.exactlyonce.gateway.incoming;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonDocument;
import org.exactlyonce.gateway.json.JsonDocuments;
import org.exactlyonce.gateway.json.StrictJson;
import org.exactlyonce.gateway.json.Timestamps;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordValue;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;

/**
 * The members of one record object, in any order.
 */
final class RecordFields implements JsonDocument {

	private static final List<String> KNOWN = JsonDocuments.fieldsOf(AppendBody.AppendRecord.class);

	private static final List<String> KNOWN_IN_SPREAD = JsonDocuments.fieldsOf(SpreadBody.SpreadRecord.class);

	private final String path;

	private final boolean spread;

	private final ValueFields value = new ValueFields();

	private final HeaderFields headers = new HeaderFields();

	private byte @Nullable [] key;

	private boolean hasKey;

	private boolean hasKeyBytes;

	private @Nullable Long timestampMillis;

	private @Nullable Long partition;

	private @Nullable String id;

	/**
	 * Begins a record.
	 * @param path what to call it in errors, such as {@code records[3]}
	 * @param spread whether it may name its partition
	 */
	RecordFields(String path, boolean spread) {
		this.path = path;
		this.spread = spread;
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
			case "key" -> {
				this.hasKey = !json.isNull();
				String text = json.readString(where, false);
				this.key = (text != null) ? text.getBytes(StandardCharsets.UTF_8) : this.key;
			}
			case "keyBase64" -> {
				this.hasKeyBytes = !json.isNull();
				byte[] bytes = json.readBase64(where);
				this.key = (bytes != null) ? bytes : this.key;
			}
			case "value" -> this.value.read(json, where, ValueFields.Member.VALUE);
			case "valueText" -> this.value.read(json, where, ValueFields.Member.TEXT);
			case "valueBase64" -> this.value.read(json, where, ValueFields.Member.BYTES);
			case "tombstone" -> this.value.read(json, where, ValueFields.Member.TOMBSTONE);
			case "headers" -> this.headers.read(json, where);
			case "timestamp" -> readTimestamp(json, where);
			case "partition" -> readPartition(json, where);
			case "id" -> readId(json, where);
			default -> json.unknownField(where, known());
		}
	}

	private void readPartition(StrictJson json, String where) {
		if (this.spread) {
			this.partition = json.readNumber(where);
		}
		else {
			json.unknownField(where, known());
		}
	}

	private void readId(StrictJson json, String where) {
		String text = json.readString(where, false);
		if (text == null) {
			return;
		}
		String fault = RecordId.faultOf(text);
		if (fault != null) {
			json.error(where, fault);
		}
		this.id = text;
	}

	private List<String> known() {
		return this.spread ? KNOWN_IN_SPREAD : KNOWN;
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
		if (this.hasKey && this.hasKeyBytes) {
			errors.add(this.path + ".keyBase64", "comes together with key, must be one of them");
		}
		this.value.end(this.path, errors);
	}

	/** What its id is called in errors. */
	String idName() {
		return this.path + ".id";
	}

	/** The partition that it names; null if it names none. */
	@Nullable Long partition() {
		return this.partition;
	}

	/** The record; null if it has no value. */
	@Nullable LogRecord toRecord() {
		RecordValue sent = this.value.toValue();
		return (sent != null) ? new LogRecord(this.key, sent, this.headers.toHeaders(), this.timestampMillis, this.id)
				: null;
	}

}
