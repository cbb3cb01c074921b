package org.exactlyonce.gateway.request;

import java.util.function.Consumer;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON document as a stream and never guesses: what is of the wrong type is
 * collected as an error of its field, what is no JSON at all ends the reading. Belongs to
 * one thread.
 */
public final class StrictJson {

	private static final int MAX_DEPTH = 500;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(MAX_DEPTH)
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.build())
		.build();

	private final byte[] source;

	private final JsonParser parser;

	private final FieldErrors errors = new FieldErrors();

	private StrictJson(byte[] source, JsonParser parser) {
		this.source = source;
		this.parser = parser;
	}

	/**
	 * Reads a document that must be one object.
	 * @param source the document, in UTF-8
	 * @param document takes the members, then checks them together
	 * @throws ProblemException 400 if it is no JSON, no object, or has a wrong field
	 */
	public static void read(byte[] source, Document document) {
		if (!JsonText.isUtf8(source)) {
			throw malformed("The body is not UTF-8 text without a byte order mark.");
		}
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), source)) {
			new StrictJson(source, parser).document(document);
		}
	}

	private void document(Document document) {
		try {
			if (this.parser.nextToken() != JsonToken.START_OBJECT) {
				throw malformed((this.parser.currentToken() == null) ? "The body is empty, must be a JSON object."
						: "The body must be a JSON object.");
			}
			readMembers((name) -> document.member(this, name));
			if (this.parser.nextToken() != null) {
				throw malformed("The body goes on after the JSON object.");
			}
			document.end(this);
		}
		catch (JacksonException ex) {
			throw malformed(ex);
		}
		if (!this.errors.isEmpty()) {
			throw this.errors.toException();
		}
	}

	private ProblemException malformed(JacksonException ex) {
		String message = ex.getOriginalMessage();
		if (message.startsWith("Duplicate Object property")) {
			this.errors.clear();
			this.errors.add(FieldErrors.path(this.parser.streamReadContext()), "is repeated");
			return this.errors.toException();
		}
		if (ex instanceof StreamConstraintsException) {
			return malformed("The JSON is nested deeper than " + MAX_DEPTH + " levels.");
		}
		return malformed("The body is not valid JSON: see line " + ex.getLocation().getLineNr() + ", column "
				+ ex.getLocation().getColumnNr() + ".");
	}

	private static ProblemException malformed(String detail) {
		return Problem.of(ProblemType.INVALID_REQUEST, detail).toException();
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
			readMembers(member);
			return true;
		}
		if (this.parser.currentToken() != JsonToken.VALUE_NULL) {
			error(where, "must be an object");
			this.parser.skipChildren();
		}
		return false;
	}

	private void readMembers(Consumer<String> member) {
		for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
			this.parser.nextToken();
			member.accept(name);
		}
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
			this.parser.skipChildren();
		}
		return false;
	}

	/**
	 * Reads an integer of 0 to 2^53−1.
	 * @param where the field's path
	 * @return the number, or null for null and for what is an error
	 */
	public @Nullable Long readNumber(String where) {
		JsonToken token = this.parser.currentToken();
		if (token == JsonToken.VALUE_NUMBER_INT) {
			String text = this.parser.getString();
			long value = (text.length() <= 17) ? this.parser.getLongValue() : -1;
			if (value >= 0 && value <= SequenceRange.MAX) {
				return value;
			}
			error(where, "is " + FieldErrors.shortened(text, 40) + ", must be 0 to " + SequenceRange.MAX);
		}
		else if (token != JsonToken.VALUE_NULL) {
			error(where, "must be an integer");
			this.parser.skipChildren();
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
			this.parser.skipChildren();
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
		if (JsonText.hasUnpairedSurrogate(text)) {
			error(where, "contains an unpaired surrogate");
			return false;
		}
		if (!nulAllowed && text.indexOf(0) >= 0) {
			error(where, "contains U+0000");
			return false;
		}
		return true;
	}

	/**
	 * Reads bytes from a base64 string (RFC 4648, section 4).
	 * @param where the field's path
	 * @return the bytes, or null for null and for what is an error
	 */
	public byte @Nullable [] readBase64(String where) {
		String text = readString(where, false);
		byte[] bytes = (text != null) ? JsonText.decodeBase64(text) : null;
		if (text != null && bytes == null) {
			error(where, "must be base64 (RFC 4648, section 4)");
		}
		return bytes;
	}

	/**
	 * Reads any JSON value, null too, as its minimal text.
	 * @param where the field's path
	 * @return the text in UTF-8
	 */
	public byte[] readValue(String where) {
		int from = (int) this.parser.currentTokenLocation().getByteOffset();
		this.parser.skipChildren();
		this.parser.finishToken();
		byte[] text = JsonText.minimal(this.source, from, (int) this.parser.currentLocation().getByteOffset());
		if (JsonText.hasUnpairedSurrogate(text)) {
			error(where, "contains an unpaired surrogate");
		}
		return text;
	}

	/**
	 * Whether the value at hand is null.
	 * @return true for null
	 */
	public boolean isNull() {
		return this.parser.currentToken() == JsonToken.VALUE_NULL;
	}

	/**
	 * Skips the value at hand and reports its field as unknown.
	 * @param where the field's path
	 */
	public void unknownField(String where) {
		error(where, "is not a known field");
		this.parser.skipChildren();
	}

	/**
	 * Whether no error was noted so far.
	 * @return true if all fields read so far are as they must be
	 */
	public boolean isValid() {
		return this.errors.isEmpty();
	}

	/**
	 * Notes what is wrong with a field; the first 100 are kept.
	 * @param where the field's path
	 * @param message what is wrong
	 */
	public void error(String where, String message) {
		this.errors.add(where, message);
	}

	/**
	 * Takes a document as it is read.
	 */
	@FunctionalInterface
	public interface Document {

		/**
		 * Called for each member in turn.
		 * @param json the reader, standing at the member's value
		 * @param name the member's name
		 */
		void member(StrictJson json, String name);

		/**
		 * Called after the last member, to check them together.
		 * @param json the reader, to note errors
		 */
		default void end(StrictJson json) {
		}

	}

}
