package org.exactlyonce.gateway.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Detects whether bytes are a JSON object with the fields of an append's document. Looks
 * at the structure alone: it takes no memory, whatever the size and the depth, and bytes
 * that are no UTF-8, or values that are no JSON, do not mislead it. What is no object in
 * its whole length is no document. Not thread-safe.
 */
final class DocumentScan {

	private static final int END = -1;

	private final byte[] bytes;

	private int at;

	private boolean records;

	private boolean identity;

	private DocumentScan(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * Looks for {@code records}, and {@code producerId} or {@code baseSequence}, among
	 * the fields of the outermost object.
	 * @param bytes a body of any kind
	 * @return whether it is a document with an identity
	 */
	static boolean isDocument(byte[] bytes) {
		DocumentScan scan = new DocumentScan(bytes);
		return scan.object() && scan.records && scan.identity;
	}

	private boolean object() {
		if (this.bytes.length >= 3 && this.bytes[0] == (byte) 0xEF && this.bytes[1] == (byte) 0xBB
				&& this.bytes[2] == (byte) 0xBF) {
			this.at = 3; // a byte order mark
		}
		if (next() != '{') {
			return false;
		}
		int separator;
		do {
			if (next() != '"' || !name() || next() != ':') {
				return false;
			}
			separator = value();
		}
		while (separator == ',');
		return separator == '}' && next() == END;
	}

	/** The next byte that is no white space. */
	private int next() {
		while (this.at < this.bytes.length) {
			byte b = this.bytes[this.at++];
			if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
				return b & 0xFF;
			}
		}
		return END;
	}

	private boolean name() {
		int start = this.at;
		if (!text()) {
			return false;
		}
		this.records |= is("records", start);
		this.identity |= is("producerId", start) || is("baseSequence", start);
		return true;
	}

	private boolean is(String name, int start) {
		byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
		return Arrays.equals(this.bytes, start, this.at - 1, wanted, 0, wanted.length);
	}

	/** Goes behind the quote that ends a text; false if there is none. */
	private boolean text() {
		while (this.at < this.bytes.length) {
			byte b = this.bytes[this.at++];
			if (b == '"') {
				return true;
			}
			if (b == '\\') {
				this.at++;
			}
		}
		return false;
	}

	/** Goes behind a value, and returns the byte behind that. */
	private int value() {
		int depth = 0;
		while (true) {
			int b = next();
			if (b == END || (depth == 0 && (b == ',' || b == '}'))) {
				return b;
			}
			if (b == '"' && !text()) {
				return END;
			}
			if (b == '{' || b == '[') {
				depth++;
			}
			else if (b == '}' || b == ']') {
				depth--;
			}
		}
	}

}
