package org.exactlyonce.gateway.json;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * A place in a JSON document (RFC 6901). Immutable.
 */
public final class JsonPointer {

	private static final int MAX_DEPTH = 10_000;

	private static final JsonParsers PARSERS = new JsonParsers(MAX_DEPTH, false);

	private final List<String> steps;

	private JsonPointer(List<String> steps) {
		this.steps = steps;
	}

	/**
	 * Reads a pointer.
	 * @param text the pointer, such as {@code /data/object/id}
	 * @return the pointer; null if the text is none, or points to the document as a whole
	 */
	public static @Nullable JsonPointer parse(String text) {
		boolean wellFormed = text.startsWith("/") && !text.replace("~0", "").replace("~1", "").contains("~");
		if (!wellFormed) {
			return null;
		}
		return new JsonPointer(Arrays.stream(text.substring(1).split("/", -1))
			.map((step) -> step.replace("~1", "/").replace("~0", "~"))
			.toList());
	}

	/**
	 * Finds what is there. The document need not be strict: a byte order mark, a member
	 * that is repeated, half a surrogate pair and up to {@value #MAX_DEPTH} levels are
	 * taken, as long as they leave no doubt about the value.
	 * @param json the document, in UTF-8
	 * @return what there is, which may be nothing
	 */
	public Found find(byte[] json) {
		if (!JsonText.isUtf8WithMark(json)) {
			return Found.NO_JSON;
		}
		try {
			return PARSERS.open(json, (parser) -> new Walk(this.steps).over(parser));
		}
		catch (StreamConstraintsException ex) {
			return Found.TOO_DEEP;
		}
		catch (JacksonException ex) {
			return Found.NO_JSON;
		}
	}

	/**
	 * What is at a place of a document.
	 *
	 * @param kind what it is; null if there is nothing, or nothing that could be told
	 * @param text a string's characters, what was sent for a number, a truth value or
	 * null; else empty
	 * @param fault why it cannot be told, to be said behind the place's name; null if it
	 * can, or if there is nothing
	 */
	public record Found(@Nullable JsonKind kind, String text, @Nullable String fault) {

		private static final Found NOTHING = new Found(null, "", null);

		private static final Found NO_JSON = fault("cannot be looked up in a body that is no JSON in UTF-8");

		private static final Found TOO_DEEP = fault(
				"cannot be looked up in a body that is nested deeper than " + MAX_DEPTH + " levels");

		private static final Found AMBIGUOUS = fault("is repeated with different values");

		private static Found fault(String fault) {
			return new Found(null, "", fault);
		}

	}

	/** Goes through a document to its end. */
	private static final class Walk {

		private final List<String> steps;

		private Found found = Found.NOTHING;

		private Walk(List<String> steps) {
			this.steps = steps;
		}

		private Found over(JsonParser json) {
			if (json.nextToken() == null) {
				return Found.NO_JSON;
			}
			at(json, 0);
			return (json.nextToken() == null) ? this.found : Found.NO_JSON;
		}

		private void at(JsonParser json, int depth) {
			if (depth == this.steps.size()) {
				take(read(json));
				return;
			}
			switch (JsonKind.of(json.currentToken())) {
				case OBJECT -> {
					while (json.nextToken() != JsonToken.END_OBJECT) {
						String name = json.currentName();
						json.nextToken();
						into(json, name, depth);
					}
				}
				case ARRAY -> {
					for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
						into(json, Integer.toString(i), depth);
					}
				}
				default -> {
					// nothing is below it
				}
			}
		}

		private void into(JsonParser json, String name, int depth) {
			if (name.equals(this.steps.get(depth))) {
				at(json, depth + 1);
			}
			else {
				json.skipChildren();
			}
		}

		/** Of repeated members all are looked at; the same twice leaves no doubt. */
		private void take(Found next) {
			this.found = (this.found == Found.NOTHING || this.found.equals(next)) ? next : Found.AMBIGUOUS;
		}

		private static Found read(JsonParser json) {
			JsonKind kind = JsonKind.of(json.currentToken());
			if (kind == JsonKind.OBJECT || kind == JsonKind.ARRAY) {
				json.skipChildren();
				return new Found(kind, "", null);
			}
			String text = json.getString();
			String fault = JsonText.fault(text, true);
			return (fault != null) ? Found.fault(fault) : new Found(kind, text, null);
		}

	}

}
