package org.exactlyonce.gateway.cloudevent;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.exactlyonce.gateway.json.FieldErrors;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one event, from wherever they come.
 */
final class EventAttributes {

	/** What every event has, in the order in which errors speak of it. */
	static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");

	/** The extension for partitioning. */
	static final String PARTITION_KEY = "partitionkey";

	/** What a joined id may have: more than one that is given alone. */
	private static final int MAX_ID_LENGTH = 2000;

	private final String prefix;

	private final FieldErrors errors;

	/** Those that are read again. */
	private final Map<String, String> kept = new HashMap<>();

	/**
	 * Begins an event.
	 * @param prefix what stands before the names of its attributes in errors
	 * @param errors takes what is wrong with them
	 */
	EventAttributes(String prefix, FieldErrors errors) {
		this.prefix = prefix;
		this.errors = errors;
	}

	/**
	 * Checks a name.
	 * @param name the name, without what stands before it
	 * @return whether an attribute may have it; otherwise there is an error
	 */
	boolean isName(String name) {
		boolean letters = !name.isEmpty()
				&& name.chars().allMatch((c) -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
		if (!letters) {
			error(name, "is no name of an attribute, which must have lower-case letters (a to z) and digits alone");
		}
		else if (name.equals("data")) {
			error(name, "is no name of an attribute: it is kept for an event's data");
		}
		return letters && !name.equals("data");
	}

	/** Takes an attribute. */
	void add(String name, String text) {
		String fault = AttributeRules.fault(name, text);
		if (fault != null) {
			error(name, fault);
		}
		else if (name.equals(PARTITION_KEY) || REQUIRED.contains(name)) {
			this.kept.put(name, text);
		}
	}

	/** Notes an error of an attribute. */
	void error(String name, String message) {
		this.errors.add(this.prefix + name, message);
	}

	/** Checks the attributes together, after the last one. */
	void end() {
		for (String name : REQUIRED) {
			if (!this.kept.containsKey(name)) {
				// of one that is wrong, the first error stays
				error(name, "is missing");
			}
		}
		String id = id();
		int length = (id != null) ? id.codePointCount(0, id.length()) : 0;
		if (length > MAX_ID_LENGTH) {
			error("id",
					"has " + length + " characters, with the source and a space before it, may have " + MAX_ID_LENGTH);
		}
	}

	/** What the event is known by in its topic; null while a part of it is missing. */
	@Nullable String id() {
		String source = this.kept.get("source");
		String id = this.kept.get("id");
		return (source != null && id != null) ? source + " " + id : null;
	}

	/** The key in UTF-8; null if it has none. */
	byte @Nullable [] key() {
		String key = this.kept.get(PARTITION_KEY);
		return (key != null) ? key.getBytes(StandardCharsets.UTF_8) : null;
	}

}
