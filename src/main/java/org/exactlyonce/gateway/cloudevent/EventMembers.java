package org.exactlyonce.gateway.cloudevent;

import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.JsonKind;
import org.exactlyonce.gateway.json.StrictJson;
import org.exactlyonce.gateway.record.LogRecord;
import org.exactlyonce.gateway.record.RecordHeaders;
import org.exactlyonce.gateway.record.RecordValue;
import org.jspecify.annotations.Nullable;

/**
 * The members of one event in JSON, in any order.
 */
final class EventMembers {

	/** The digits of a 32-bit integer, and its sign. */
	private static final int MAX_INTEGER_LENGTH = 11;

	private final String prefix;

	private final EventAttributes attributes;

	private boolean hasData;

	private boolean hasDataBytes;

	/**
	 * Begins an event.
	 * @param prefix what stands before the names of its members in errors
	 * @param errors takes what is wrong with them
	 */
	EventMembers(String prefix, FieldErrors errors) {
		this.prefix = prefix;
		this.attributes = new EventAttributes(prefix, errors);
	}

	/** Reads the value of a member; null means left out, but in data. */
	void member(StrictJson json, String name) {
		String where = this.prefix + name;
		switch (name) {
			case "data" -> {
				this.hasData = true;
				json.readValue(where);
			}
			case "data_base64" -> {
				this.hasDataBytes = !json.isNull();
				json.readBase64(where);
			}
			default -> readAttribute(json, where, name);
		}
	}

	private void readAttribute(StrictJson json, String where, String name) {
		if (!this.attributes.isName(name)) {
			json.readValue(where);
		}
		else if (json.kind() == JsonKind.STRING || AttributeRules.isText(name)) {
			String text = json.readString(where, false);
			if (text != null) {
				this.attributes.add(name, text);
			}
		}
		else {
			readExtension(json, where);
		}
	}

	private static void readExtension(StrictJson json, String where) {
		JsonKind kind = json.kind();
		String text = new String(json.readValue(where), StandardCharsets.UTF_8);
		switch (kind) {
			case NULL, TRUE, FALSE -> {
			}
			case NUMBER -> {
				if (!isInteger(text)) {
					json.error(where, "is " + FieldErrors.shortened(text, 40) + ", must be an integer of "
							+ Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
				}
			}
			default -> json.error(where, "must be a string, a boolean or an integer");
		}
	}

	private static boolean isInteger(String number) {
		boolean digits = number.chars().allMatch((c) -> c == '-' || (c >= '0' && c <= '9'));
		if (!digits || number.length() > MAX_INTEGER_LENGTH) {
			return false;
		}
		long value = Long.parseLong(number);
		return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
	}

	/** Checks the members together, after the last one. */
	void end() {
		if (this.hasData && this.hasDataBytes) {
			this.attributes.error("data_base64", "comes together with data, must be one of them");
		}
		this.attributes.end();
	}

	/**
	 * The record that keeps the event.
	 * @param text the event as it was sent
	 * @param contentType its media type
	 * @param key the key, if another than the event's is given
	 */
	LogRecord toRecord(byte[] text, String contentType, byte @Nullable [] key) {
		return new LogRecord((key != null) ? key : this.attributes.key(), RecordValue.json(text, contentType),
				RecordHeaders.NONE, null, this.attributes.id());
	}

}
