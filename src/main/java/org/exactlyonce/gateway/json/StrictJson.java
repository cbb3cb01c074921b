package org.exactlyonce.gateway.json;

import java.util.Collection;
import java.util.function.Consumer;

import org.exactlyonce.gateway.problem.NearestName;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one JSON document as a stream and never guesses: what is of the wrong type is
 * collected as an error of its field, what is no JSON at all ends the reading. Belongs to
 * one thread.
 */
public final class StrictJson {

	/** The largest integer there is in JSON that all take alike. */
	public static final long MOST = SequenceRange.MAX;

	private final byte[] source;

	private final JsonParser parser;

	private final FieldErrors errors;

	private final JsonMembers members;

	StrictJson(byte[] source, JsonParser parser, FieldErrors errors) {
		this.source = source;
		this.parser = parser;
		this.errors = errors;
		this.members = new JsonMembers(parser);
	}

	/** Reads the members of the document, which must be an object. */
	boolean object(JsonDocument document) {
		if (this.parser.currentToken() != JsonToken.START_OBJECT) {
			throw new JsonFault("must be a JSON object such as " + document.example());
		}
		this.members.read((name) -> document.member(this, name));
		return true;
	}

	/**
	 * Reads the members of the object at hand; anything else is an error, and null is
	 * left out.
	 * @param where the object's path
	 * @param member called with each member's name, this reader standing at its value
	 * @return whether there was an object
	 */
	public boolean readObject(String where, Consumer<String> member) {
		if (this.parser.currentToken() == JsonToken.START_OBJECT) {
			this.members.read(member);
			return true;
		}
		if (this.parser.currentToken() != JsonToken.VALUE_NULL) {
			error(where, "must be an object");
			this.members.skip();
		}
		return false;
	}

	/**
	 * Reads the array at hand; anything else is an error, and null is left out.
	 * @param where the array's path
	 * @param element called for each element, this reader standing at it
	 * @return whether there was an array
	 */
	public boolean readArray(String where, Runnable element) {
		if (this.parser.currentToken() == JsonToken.START_ARRAY) {
			while (this.parser.nextToken() != JsonToken.END_ARRAY) {
				element.run();
			}
			return true;
		}
		if (this.parser.currentToken() != JsonToken.VALUE_NULL) {
			error(where, "must be an array");
			this.members.skip();
		}
		return false;
	}

	/**
	 * Reads an integer of 0 to 2^53−1.
	 * @param where the field's path
	 * @return the number, or null for null and for what is an error
	 */
	public @Nullable Long readNumber(String where) {
		return readNumber(where, 0, MOST);
	}

	/**
	 * Reads an integer.
	 * @param where the field's path
	 * @param least what it is at least, 0 or more
	 * @param most what it is at most, 2^53−1 or less
	 * @return the number, or null for null and for what is an error
	 */
	public @Nullable Long readNumber(String where, long least, long most) {
		JsonToken token = this.parser.currentToken();
		if (token == JsonToken.VALUE_NUMBER_INT) {
			String text = this.parser.getString();
			long value = (text.length() <= 17 && text.charAt(0) != '-') ? this.parser.getLongValue() : -1;
			if (value >= least && value <= most) {
				return value;
			}
			error(where, "is " + FieldErrors.shortened(text, 40) + ", must be " + least + " to " + most);
		}
		else if (token != JsonToken.VALUE_NULL) {
			error(where, "must be an integer");
			this.members.skip();
		}
		return null;
	}

	/**
	 * Reads a string.
	 * @param where the field's path
	 * @param nulAllowed whether U+0000 may be in it
	 * @return the string, or null for null and for what is an error
	 */
	public @Nullable String readString(String where, boolean nulAllowed) {
		if (this.parser.currentToken() == JsonToken.VALUE_STRING) {
			String text = this.parser.getString();
			return checkText(where, text, nulAllowed) ? text : null;
		}
		if (this.parser.currentToken() != JsonToken.VALUE_NULL) {
			error(where, "must be a string");
			this.members.skip();
		}
		return null;
	}

	/**
	 * Checks text that is not a value.
	 * @param where the field's path
	 * @param text the text
	 * @param nulAllowed whether U+0000 may be in it
	 * @return whether it is allowed; otherwise there is an error
	 */
	public boolean checkText(String where, String text, boolean nulAllowed) {
		String fault = JsonText.fault(text, nulAllowed);
		if (fault != null) {
			error(where, fault);
		}
		return fault == null;
	}

	/**
	 * Reads bytes from a base64 string (RFC 4648, section 4).
	 * @param where the field's path
	 * @return the bytes, or null for null and for what is an error
	 */
	public byte @Nullable [] readBase64(String where) {
		String text = readString(where, false);
		byte[] bytes = (text != null) ? StrictBase64.decode(text) : null;
		if (text != null && bytes == null) {
			error(where, StrictBase64.WRONG);
		}
		return bytes;
	}

	/**
	 * Reads any JSON value, null too, as its minimal text.
	 * @param where the field's path
	 * @return the text in UTF-8
	 */
	public byte[] readValue(String where) {
		byte[] text = readText(this.members::skip);
		if (JsonText.hasUnpairedSurrogate(text)) {
			error(where, JsonText.UNPAIRED_SURROGATE);
		}
		return text;
	}

	/**
	 * Reads the value at hand in any way, and returns its minimal text, which is not
	 * looked into.
	 * @param reading reads the value to its end
	 * @return the text in UTF-8
	 */
	public byte[] readText(Runnable reading) {
		int from = (int) this.parser.currentTokenLocation().getByteOffset();
		reading.run();
		this.parser.finishToken();
		return JsonText.minimal(this.source, from, (int) this.parser.currentLocation().getByteOffset());
	}

	/**
	 * Whether the value at hand is null.
	 * @return true for null
	 */
	public boolean isNull() {
		return this.parser.currentToken() == JsonToken.VALUE_NULL;
	}

	/**
	 * What the value at hand is.
	 * @return the kind
	 */
	public JsonKind kind() {
		return JsonKind.of(this.parser.currentToken());
	}

	/**
	 * Skips the value at hand and reports its field as unknown.
	 * @param where the field's path
	 * @param known the fields that are known there
	 */
	public void unknownField(String where, Collection<String> known) {
		String name = where.substring(where.lastIndexOf('.') + 1);
		// there may be very many, which are only counted
		refuse(where, "is not a known field" + (this.errors.isFull() ? "" : NearestName.among(name, known)));
	}

	/**
	 * Skips the value at hand and notes what is wrong with it.
	 * @param where the field's path
	 * @param message what is wrong
	 */
	public void refuse(String where, String message) {
		error(where, message);
		this.members.skip();
	}

	void skip() {
		this.members.skip();
	}

	/**
	 * Notes what is wrong with a field; the first 100 are kept.
	 * @param where the field's path
	 * @param message what is wrong
	 */
	public void error(String where, String message) {
		this.errors.add(where, message);
	}

}
