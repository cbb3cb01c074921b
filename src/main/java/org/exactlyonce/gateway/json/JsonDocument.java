package org.exactlyonce.gateway.json;

/**
 * Takes a document as it is read.
 */
@FunctionalInterface
public interface JsonDocument {

	/**
	 * Shows what a document looks like.
	 * @return JSON, in short
	 */
	default String example() {
		return "{...}";
	}

	/**
	 * Called for each member in turn.
	 * @param json the reader, standing at the member's value
	 * @param name the member's name
	 */
	void member(StrictJson json, String name);

}
