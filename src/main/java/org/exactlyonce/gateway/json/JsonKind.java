package org.exactlyonce.gateway.json;

import tools.jackson.core.JsonToken;

/**
 * The kind of a JSON value.
 */
public enum JsonKind {

	/** Null. */
	NULL,

	/** True. */
	TRUE,

	/** False. */
	FALSE,

	/** A number. */
	NUMBER,

	/** A string. */
	STRING,

	/** An array. */
	ARRAY,

	/** An object. */
	OBJECT;

	static JsonKind of(JsonToken token) {
		return switch (token) {
			case START_OBJECT -> OBJECT;
			case START_ARRAY -> ARRAY;
			case VALUE_STRING -> STRING;
			case VALUE_TRUE -> TRUE;
			case VALUE_FALSE -> FALSE;
			case VALUE_NULL -> NULL;
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NUMBER;
			default -> throw new IllegalStateException("No value begins with " + token);
		};
	}

}
