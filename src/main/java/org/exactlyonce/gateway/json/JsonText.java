package org.exactlyonce.gateway.json;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * The text as it was sent, which a JSON parser does not keep.
 */
final class JsonText {

	static final String UNPAIRED_SURROGATE = "contains an unpaired surrogate";

	private JsonText() {
	}

	/**
	 * The minimal text of a valid JSON value: white space outside strings removed, member
	 * order, number spelling and string escapes as sent.
	 * @param source UTF-8 text that holds the value
	 * @param from where the value starts
	 * @param to where it ends, exclusive
	 * @return the minimal text
	 */
	static byte[] minimal(byte[] source, int from, int to) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
		boolean inString = false;
		int start = from;
		for (int i = from; i < to; i++) {
			byte b = source[i];
			if (b == '"') {
				inString = !inString;
			}
			else if (inString && b == '\\') {
				i++;
			}
			else if (!inString && (b == ' ' || b == '\n' || b == '\r' || b == '\t')) {
				out.write(source, start, i - start);
				start = i + 1;
			}
		}
		out.write(source, start, to - start);
		return out.toByteArray();
	}

	/**
	 * Whether a JSON text escapes one half of a surrogate pair without the other. (Raw
	 * ones are not valid UTF-8.)
	 * @param text valid JSON
	 * @return true if some string of it is not Unicode text
	 */
	static boolean hasUnpairedSurrogate(byte[] text) {
		boolean awaitsLow = false;
		int i = 0;
		while (i < text.length) {
			boolean escape = text[i] == '\\';
			int unit = (escape && text[i + 1] == 'u') ? hex(text, i + 2) : 0;
			boolean low = unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
			if (low != awaitsLow) {
				return true;
			}
			awaitsLow = unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
			i += (unit != 0) ? 6 : (escape ? 2 : 1);
		}
		return false;
	}

	private static int hex(byte[] text, int at) {
		return Integer.parseInt(new String(text, at, 4, StandardCharsets.US_ASCII), 16);
	}

	/** What is wrong with a text that is not a value, if anything is. */
	static @Nullable String fault(String text, boolean nulAllowed) {
		if (text.codePoints().anyMatch((c) -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
			return UNPAIRED_SURROGATE;
		}
		return (!nulAllowed && text.indexOf(0) >= 0) ? "contains U+0000" : null;
	}

	/**
	 * Whether bytes are UTF-8 text as JSON has it: without a byte order mark, and without
	 * NUL, which distinguishes UTF-16.
	 * @param bytes the bytes
	 * @return true if a parser may read them
	 */
	static boolean isUtf8(byte[] bytes) {
		return !startsWithMark(bytes) && isUtf8WithMark(bytes);
	}

	/** The same of text that may begin with a byte order mark. */
	static boolean isUtf8WithMark(byte[] bytes) {
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
		ByteBuffer in = ByteBuffer.wrap(bytes);
		CharBuffer out = CharBuffer.allocate(Math.min(bytes.length + 1, 8 * 1024));
		CoderResult result;
		do {
			out.clear();
			result = decoder.decode(in, out, true);
		}
		while (result.isOverflow());
		return result.isUnderflow() && !hasNul(bytes);
	}

	/** The characters behind a byte order mark. */
	static Reader reader(byte[] utf8) {
		int from = startsWithMark(utf8) ? 3 : 0;
		return new InputStreamReader(new ByteArrayInputStream(utf8, from, utf8.length - from), StandardCharsets.UTF_8);
	}

	private static boolean startsWithMark(byte[] utf8) {
		return utf8.length >= 3 && utf8[0] == (byte) 0xEF && utf8[1] == (byte) 0xBB && utf8[2] == (byte) 0xBF;
	}

	private static boolean hasNul(byte[] bytes) {
		for (byte b : bytes) {
			if (b == 0) {
				return true;
			}
		}
		return false;
	}

}
