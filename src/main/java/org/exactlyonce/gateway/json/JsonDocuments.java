package org.exactlyonce.gateway.json;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

import org.exactlyonce.gateway.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Opens bodies and lines that must be JSON: strict UTF-8, one value, no field twice, 500
 * levels at the most, and no more members than can be distinguished in memory.
 */
public final class JsonDocuments {

	private static final JsonParsers PARSERS = new JsonParsers(500, true);

	private JsonDocuments() {
	}

	/**
	 * Reads a body that must be one object.
	 * @param source the body, in UTF-8
	 * @param errors takes what is wrong with fields
	 * @param document takes the members
	 * @throws ProblemException 400 if it is no JSON, no object, or repeats a field
	 */
	public static void read(byte[] source, FieldErrors errors, JsonDocument document) {
		try {
			parse(source, errors, (json) -> json.object(document));
		}
		catch (JsonFault ex) {
			throw ex.ofBody("", errors);
		}
	}

	/**
	 * Reads a body that must be of one kind.
	 * @param source the body, in UTF-8
	 * @param root an object or an array
	 * @param example JSON of that kind, in short
	 * @param errors takes what is wrong with the body
	 * @param document reads the root to its end
	 * @throws ProblemException 400 if it is no JSON, of another kind, or repeats a field
	 */
	public static void read(byte[] source, JsonKind root, String example, FieldErrors errors,
			Consumer<StrictJson> document) {
		try {
			parse(source, errors, (json) -> {
				if (json.kind() != root) {
					throw new JsonFault(
							"must be a JSON " + root.name().toLowerCase(Locale.ROOT) + " such as " + example);
				}
				document.accept(json);
				return true;
			});
		}
		catch (JsonFault ex) {
			throw ex.ofBody("", errors);
		}
	}

	/**
	 * Reads a line that must be one object.
	 * @param source the line, in UTF-8
	 * @param where the line's name
	 * @param errors takes what is wrong with the line and its fields
	 * @param document takes the members
	 * @return whether the line was read to its end
	 */
	public static boolean readLine(byte[] source, String where, FieldErrors errors, JsonDocument document) {
		try {
			return parse(source, errors, (json) -> json.object(document));
		}
		catch (JsonFault ex) {
			errors.add(ex.path(where), ex.ofLine());
			return false;
		}
	}

	/**
	 * Reads a body that is one JSON value of any type.
	 * @param source the body, in UTF-8
	 * @param where the value's name
	 * @param errors takes what is wrong with the value
	 * @return the value's minimal text
	 * @throws ProblemException 400 if it is no JSON, or repeats a field
	 */
	public static byte[] readWhole(byte[] source, String where, FieldErrors errors) {
		try {
			return parse(source, errors, (json) -> json.readValue(where));
		}
		catch (JsonFault ex) {
			throw ex.ofBody(where, errors);
		}
	}

	/**
	 * Reads bytes that may be one JSON value.
	 * @param source the bytes
	 * @return the value's minimal text; null if they are none that would be taken
	 */
	public static byte @Nullable [] readIfJson(byte[] source) {
		FieldErrors errors = new FieldErrors();
		try {
			byte[] text = parse(source, errors, (json) -> json.readValue("value"));
			return errors.isEmpty() ? text : null;
		}
		catch (JsonFault ex) {
			return null;
		}
	}

	/**
	 * Names the fields of a document by its description in the OpenAPI document, so that
	 * none is forgotten.
	 * @param described a record with a component for each field
	 * @return the names, in the order of the description
	 */
	public static List<String> fieldsOf(Class<? extends Record> described) {
		return Arrays.stream(described.getRecordComponents()).map(RecordComponent::getName).toList();
	}

	/** Reads a document; ends with a {@link JsonFault} if it is none. */
	static <T> T parse(byte[] source, FieldErrors errors, Function<StrictJson, T> document) {
		if (!JsonText.isUtf8(source)) {
			throw new JsonFault("is not UTF-8 text without a byte order mark");
		}
		return PARSERS.open(source, (parser) -> parse(parser, source, errors, document));
	}

	private static <T> T parse(JsonParser parser, byte[] source, FieldErrors errors, Function<StrictJson, T> document) {
		try {
			if (parser.nextToken() == null) {
				throw new JsonFault("is empty, must be JSON");
			}
			T read = document.apply(new StrictJson(source, parser, errors));
			if (parser.nextToken() != null) {
				throw new JsonFault("goes on after the JSON value");
			}
			return read;
		}
		catch (JacksonException ex) {
			throw JsonFault.of(ex, parser, PARSERS.maxDepth());
		}
	}

}
