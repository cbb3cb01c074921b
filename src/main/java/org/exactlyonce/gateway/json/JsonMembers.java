package org.exactlyonce.gateway.json;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Walks the members of objects, and bounds how many the open objects have together: the
 * parser remembers each until its object ends, to find repeated ones.
 */
final class JsonMembers {

	private static final int MAX_MEMBERS = 100_000;

	private final JsonParser parser;

	/** The members so far of the objects that are open. */
	private int open;

	JsonMembers(JsonParser parser) {
		this.parser = parser;
	}

	/**
	 * Reads the members of the object at hand.
	 * @param member called with each member's name, the parser standing at its value
	 */
	void read(Consumer<String> member) {
		int outer = this.open;
		for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
			count();
			this.parser.nextToken();
			member.accept(name);
		}
		this.open = outer;
	}

	private void count() {
		if (++this.open > MAX_MEMBERS) {
			throw new JsonFault("has an object of more than " + MAX_MEMBERS + " members, those around it included");
		}
	}

	/** Passes over the value at hand. */
	void skip() {
		Deque<Integer> outer = new ArrayDeque<>();
		JsonToken token = this.parser.currentToken();
		while (true) {
			if (token == JsonToken.PROPERTY_NAME) {
				count();
			}
			else if (token.isStructStart()) {
				outer.push(this.open);
			}
			else if (token.isStructEnd()) {
				this.open = outer.pop();
			}
			if (outer.isEmpty()) {
				return;
			}
			token = this.parser.nextToken();
		}
	}

}
