package org.exactlyonce.client.internals;

import java.nio.charset.StandardCharsets;

/**
 * Writes JSON strings.
 */
public final class JsonString {

	private static final String HEX = "0123456789abcdef";

	private JsonString() {
	}

	/**
	 * Writes a string that is UTF-8 already.
	 * @param utf8 its bytes
	 * @param out where to
	 */
	static void write(byte[] utf8, Bytes out) {
		out.add('"');
		int start = 0;
		for (int i = 0; i < utf8.length; i++) {
			int each = utf8[i];
			if (each == '"' || each == '\\' || (each >= 0 && each < ' ')) {
				out.add(utf8, start, i);
				escape(each, out);
				start = i + 1;
			}
		}
		out.add(utf8, start, utf8.length);
		out.add('"');
	}

	private static void escape(int each, Bytes out) {
		if (each >= ' ') {
			out.add('\\');
			out.add(each);
		}
		else {
			out.addText("\\u00");
			out.add(HEX.charAt(each >> 4));
			out.add(HEX.charAt(each & 15));
		}
	}

	/**
	 * A string as JSON.
	 * @param text the string
	 * @return with its quotes
	 */
	public static String of(String text) {
		Bytes out = new Bytes(text.length() + 16);
		write(text.getBytes(StandardCharsets.UTF_8), out);
		return new String(out.toArray(), StandardCharsets.UTF_8);
	}

}
