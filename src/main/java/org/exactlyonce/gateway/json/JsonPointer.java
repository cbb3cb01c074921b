package org.exactlyonce.gateway.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON document (RFC 6901). Immutable.
 */
public final class JsonPointer {

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
	 * Finds what is there.
	 * @param json a document that {@link JsonDocuments#readIfJson} returned
	 * @return the value; null if there is none
	 */
	public @Nullable Found find(byte[] json) {
		Walk walk = new Walk(this.steps);
		return JsonDocuments.parse(json, new FieldErrors(), (reader) -> {
			walk.at(reader, 0);
			return walk;
		}).found;
	}

	/**
	 * A value of a document.
	 *
	 * @param kind what it is
	 * @param text a string's characters, what was sent for a number, a truth value or
	 * null; empty for an object and an array
	 */
	public record Found(JsonKind kind, String text) {
	}

	/** Goes through a document to its end. */
	private static final class Walk {

		private final List<String> steps;

		private @Nullable Found found;

		private Walk(List<String> steps) {
			this.steps = steps;
		}

		private void at(StrictJson json, int depth) {
			if (depth == this.steps.size()) {
				this.found = read(json);
				return;
			}
			switch (json.kind()) {
				case OBJECT -> json.readObject("", (name) -> into(json, name, depth));
				case ARRAY -> {
					int[] next = { 0 };
					json.readArray("", () -> into(json, Integer.toString(next[0]++), depth));
				}
				default -> json.skip();
			}
		}

		private void into(StrictJson json, String name, int depth) {
			if (name.equals(this.steps.get(depth))) {
				at(json, depth + 1);
			}
			else {
				json.skip();
			}
		}

		private static Found read(StrictJson json) {
			JsonKind kind = json.kind();
			return switch (kind) {
				case STRING -> new Found(kind, Objects.requireNonNullElse(json.readString("", true), ""));
				case OBJECT, ARRAY -> {
					json.skip();
					yield new Found(kind, "");
				}
				default -> new Found(kind, new String(json.readValue(""), StandardCharsets.UTF_8));
			};
		}

	}

}
