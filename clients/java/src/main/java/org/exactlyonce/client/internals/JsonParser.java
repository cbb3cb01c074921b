package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what the gateway answers: objects as maps, arrays as lists, numbers as
 * {@code Long} or {@code Double}. In the records of a page, members of one name can be
 * left as JSON text.
 */
public final class JsonParser {

	/** A page is an object, and so is each of its records. */
	private static final int RECORD_DEPTH = 2;

	private final String text;

	private final String raw;

	private int at;

	/** How many objects are open. */
	private int depth;

	private JsonParser(String text, String raw) {
		this.text = text;
		this.raw = raw;
	}

	/**
	 * Reads a JSON text.
	 * @param text the text
	 * @return the value; null for {@code null}
	 * @throws IllegalArgumentException if it is no JSON
	 */
	public static Object parse(String text) {
		return parse(text, null);
	}

	/**
	 * Reads a JSON object.
	 * @param text the text
	 * @return its members
	 * @throws IllegalArgumentException if it is no JSON object
	 */
	public static Map<String, Object> parseObject(String text) {
		return object(parse(text));
	}

	/**
	 * Reads a page.
	 * @param text the text
	 * @param raw the name of the member that is left as JSON text in each record; null:
	 * none
	 * @return the value
	 * @throws IllegalArgumentException if it is no JSON
	 */
	static Object parse(String text, String raw) {
		JsonParser parser = new JsonParser(text, raw);
		Object value = parser.value();
		if (parser.peek() != 0) {
			throw parser.wrong();
		}
		return value;
	}

	/**
	 * A value as an object.
	 * @param value the value
	 * @return its members
	 * @throws IllegalArgumentException if it is none
	 */
	@SuppressWarnings("unchecked")
	public static Map<String, Object> object(Object value) {
		if (value instanceof Map<?, ?> map) {
			return (Map<String, Object>) map;
		}
		throw new IllegalArgumentException("no JSON object");
	}

	private Object value() {
		char first = peek();
		return switch (first) {
			case '{' -> members();
			case '[' -> elements();
			case '"' -> string();
			case 't' -> word("true", Boolean.TRUE);
			case 'f' -> word("false", Boolean.FALSE);
			case 'n' -> word("null", null);
			default -> number();
		};
	}

	private Map<String, Object> members() {
		Map<String, Object> members = new LinkedHashMap<>();
		this.at++;
		this.depth++;
		while (peek() != '}') {
			if (!members.isEmpty()) {
				take(',');
			}
			peek();
			String name = string();
			take(':');
			if (this.depth == RECORD_DEPTH && name.equals(this.raw)) {
				peek();
				int start = this.at;
				value();
				members.put(name, this.text.substring(start, this.at));
			}
			else {
				members.put(name, value());
			}
		}
		this.at++;
		this.depth--;
		return members;
	}

	private List<Object> elements() {
		List<Object> elements = new ArrayList<>();
		this.at++;
		while (peek() != ']') {
			if (!elements.isEmpty()) {
				take(',');
			}
			elements.add(value());
		}
		this.at++;
		return elements;
	}

	private String string() {
		take('"');
		StringBuilder string = new StringBuilder();
		for (char next = next(); next != '"'; next = next()) {
			string.append((next != '\\') ? next : escape());
		}
		return string.toString();
	}

	private char escape() {
		char kind = next();
		return switch (kind) {
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'u' -> {
				if (this.at + 4 > this.text.length()) {
					throw wrong();
				}
				yield (char) Integer.parseInt(this.text, this.at, this.at += 4, 16);
			}
			default -> kind;
		};
	}

	private Object number() {
		int start = this.at;
		while (this.at < this.text.length() && "+-.eE0123456789".indexOf(this.text.charAt(this.at)) >= 0) {
			this.at++;
		}
		String number = this.text.substring(start, this.at);
		if (number.isEmpty()) {
			throw wrong();
		}
		try {
			return Long.valueOf(number);
		}
		catch (NumberFormatException ex) {
			return Double.valueOf(number);
		}
	}

	private Object word(String word, Object value) {
		if (!this.text.startsWith(word, this.at)) {
			throw wrong();
		}
		this.at += word.length();
		return value;
	}

	private void take(char wanted) {
		if (peek() != wanted) {
			throw wrong();
		}
		this.at++;
	}

	private char next() {
		if (this.at >= this.text.length()) {
			throw wrong();
		}
		return this.text.charAt(this.at++);
	}

	private char peek() {
		while (this.at < this.text.length()) {
			char next = this.text.charAt(this.at);
			if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
				return next;
			}
			this.at++;
		}
		return 0;
	}

	private IllegalArgumentException wrong() {
		return new IllegalArgumentException("no JSON at " + this.at + ": " + this.text);
	}

}
