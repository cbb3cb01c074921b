package org.exactlyonce.gateway.cloudevent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.record.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * The value of an attribute in a header, as the HTTP binding encodes it: double-quoted
 * strings are unquoted, then percent-encoding is undone, once.
 */
final class HeaderValue {

	private HeaderValue() {
	}

	/**
	 * Decodes a value.
	 * @param value the value as the container has it
	 * @param where the header's name
	 * @param errors takes what is wrong with it
	 * @return the text; null if it is malformed, which is an error
	 */
	static @Nullable String decode(String value, String where, FieldErrors errors) {
		String unquoted = (value.indexOf('"') < 0) ? value : unquoted(value);
		if (unquoted == null) {
			errors.add(where, "has a double quote without an end, must have it as %22");
			return null;
		}
		// the container reads headers as ISO 8859-1, whatever was sent; this is UTF-8
		byte[] bytes = withoutPercent(unquoted.getBytes(StandardCharsets.ISO_8859_1));
		if (bytes == null) {
			errors.add(where, "has a % without two hexadecimal digits behind it, must have it as %25");
			return null;
		}
		String text = Utf8.decode(bytes);
		if (text == null) {
			errors.add(where, "must be UTF-8 text, percent-encoded");
		}
		return text;
	}

	private static @Nullable String unquoted(String value) {
		StringBuilder text = new StringBuilder(value.length());
		boolean quoted = false;
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c == '"') {
				quoted = !quoted;
			}
			else if (quoted && c == '\\' && i + 1 < value.length()) {
				text.append(value.charAt(++i));
			}
			else {
				text.append(c);
			}
		}
		return quoted ? null : text.toString();
	}

	private static byte @Nullable [] withoutPercent(byte[] value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length);
		for (int i = 0; i < value.length; i++) {
			if (value[i] != '%') {
				bytes.write(value[i]);
				continue;
			}
			int high = (i + 2 < value.length) ? Character.digit(value[i + 1], 16) : -1;
			int low = (high >= 0) ? Character.digit(value[i + 2], 16) : -1;
			if (low < 0) {
				return null;
			}
			bytes.write(high << 4 | low);
			i += 2;
		}
		return bytes.toByteArray();
	}

}
