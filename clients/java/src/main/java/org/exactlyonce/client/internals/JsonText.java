package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks a JSON text by the gateway's rules, and writes it without the white space
 * between its tokens, so that it fits into a line.
 */
final class JsonText {

	private static final int MAX_DEPTH = 500;

	private final byte[] in;

	private final Bytes out;

	private int at;

	private int depth;

	private JsonText(byte[] in, Bytes out) {
		this.in = in;
		this.out = out;
	}

	/**
	 * Writes a JSON text in one line.
	 * @param json the text in UTF-8
	 * @param out where to
	 * @throws IllegalArgumentException if it is no JSON, or no JSON that the gateway
	 * takes
	 */
	static void write(byte[] json, Bytes out) {
		if (!Utf8.isValid(json)) {
			throw new IllegalArgumentException("is not UTF-8, or has an unpaired surrogate");
		}
		JsonText text = new JsonText(json, out);
		text.value();
		if (text.peek() != -1) {
			throw text.wrong("goes on behind its end");
		}
	}

	private void value() {
		int first = peek();
		switch (first) {
			case '{' -> members();
			case '[' -> elements();
			case '"' -> string();
			case 't' -> word("true");
			case 'f' -> word("false");
			case 'n' -> word("null");
			default -> number();
		}
	}

	private void members() {
		open();
		Set<String> names = new HashSet<>();
		for (boolean first = true; peek() != '}'; first = false) {
			if (!first) {
				take(',');
				peek();
			}
			int start = this.at;
			boolean escaped = string();
			String name = new String(this.in, start + 1, this.at - start - 2, StandardCharsets.UTF_8);
			if (!names.add(escaped ? (String) JsonParser.parse('"' + name + '"') : name)) {
				throw wrong("has the member " + name + " twice");
			}
			peek();
			take(':');
			value();
		}
		close('}');
	}

	private void elements() {
		open();
		for (boolean first = true; peek() != ']'; first = false) {
			if (!first) {
				take(',');
			}
			value();
		}
		close(']');
	}

	private void open() {
		if (++this.depth > MAX_DEPTH) {
			throw wrong("is nested deeper than " + MAX_DEPTH + " levels");
		}
		this.out.add(this.in[this.at++]);
	}

	private void close(char bracket) {
		take(bracket);
		this.depth--;
	}

	private boolean string() {
		int start = this.at;
		boolean escaped = false;
		take('"', false);
		while (true) {
			int next = next();
			if (next == '"') {
				break;
			}
			if (next >= 0 && next < ' ') {
				throw wrong("has a control character in a string");
			}
			if (next == '\\') {
				escaped = true;
				escape();
			}
		}
		this.out.add(this.in, start, this.at);
		return escaped;
	}

	private void escape() {
		int kind = next();
		if (kind != 'u') {
			if ("\"\\/bfnrt".indexOf(kind) < 0) {
				throw wrong("has an unknown escape");
			}
			return;
		}
		char unit = hex();
		if (Character.isLowSurrogate(unit)) {
			throw wrong("has an unpaired surrogate");
		}
		if (Character.isHighSurrogate(unit) && (next() != '\\' || next() != 'u' || !Character.isLowSurrogate(hex()))) {
			throw wrong("has an unpaired surrogate");
		}
	}

	private char hex() {
		int unit = 0;
		for (int i = 0; i < 4; i++) {
			int digit = Character.digit(next(), 16);
			if (digit < 0) {
				throw wrong("has an unknown escape");
			}
			unit = unit << 4 | digit;
		}
		return (char) unit;
	}

	private void number() {
		int start = this.at;
		skip('-');
		if (!skip('0')) {
			digits();
		}
		if (skip('.')) {
			digits();
		}
		if (skip('e') || skip('E')) {
			if (!skip('+')) {
				skip('-');
			}
			digits();
		}
		this.out.add(this.in, start, this.at);
	}

	private void digits() {
		int start = this.at;
		while (this.at < this.in.length && this.in[this.at] >= '0' && this.in[this.at] <= '9') {
			this.at++;
		}
		if (this.at == start) {
			throw wrong("is not JSON");
		}
	}

	private void word(String word) {
		for (int i = 0; i < word.length(); i++) {
			take(word.charAt(i));
		}
	}

	private boolean skip(char wanted) {
		boolean found = this.at < this.in.length && this.in[this.at] == wanted;
		if (found) {
			this.at++;
		}
		return found;
	}

	private void take(char wanted) {
		take(wanted, true);
	}

	private void take(char wanted, boolean write) {
		if (!skip(wanted)) {
			throw wrong("is not JSON");
		}
		if (write) {
			this.out.add(wanted);
		}
	}

	private int next() {
		if (this.at == this.in.length) {
			throw wrong("ends too early");
		}
		return this.in[this.at++];
	}

	private int peek() {
		while (this.at < this.in.length) {
			byte next = this.in[this.at];
			if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
				return next;
			}
			this.at++;
		}
		return -1;
	}

	private IllegalArgumentException wrong(String what) {
		return new IllegalArgumentException(what + ", at byte " + this.at);
	}

}
