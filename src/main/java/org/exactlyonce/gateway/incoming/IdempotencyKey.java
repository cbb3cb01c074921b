package org.exactlyonce.gateway.incoming;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.record.Utf8;
import org.exactlyonce.gateway.sequence.RecordId;
import org.jspecify.annotations.Nullable;

/**
 * The id of a request as a whole, from the header {@code Idempotency-Key} (an IETF
 * draft): a string in quotes, as RFC 8941 has them. The quotes may be missing.
 */
final class IdempotencyKey {

	static final String NAME = "Idempotency-Key";

	private IdempotencyKey() {
	}

	/**
	 * Reads the header.
	 * @param request the request
	 * @param errors takes what is wrong with it
	 * @return the id; null if there is none, or none that is well-formed
	 */
	static @Nullable String read(HttpServletRequest request, FieldErrors errors) {
		List<String> values = Collections.list(request.getHeaders(NAME));
		if (values.isEmpty()) {
			return null;
		}
		if (values.size() > 1) {
			errors.add(NAME, "is given more than once");
			return null;
		}
		// the container reads headers as ISO 8859-1, whatever was sent; this is UTF-8
		String text = Utf8.decode(values.get(0).strip().getBytes(StandardCharsets.ISO_8859_1));
		if (text == null) {
			errors.add(NAME, "must be UTF-8 text");
			return null;
		}
		String key = text.startsWith("\"") ? unquoted(text) : bare(text);
		if (key == null) {
			errors.add(NAME,
					"must be a string in quotes, with \\ before each quote within, or one without quotes and commas");
			return null;
		}
		String fault = RecordId.faultOf(key);
		if (fault != null) {
			errors.add(NAME, fault);
			return null;
		}
		return key;
	}

	/** With a comma it may be two, which a proxy has put together. */
	private static @Nullable String bare(String text) {
		return (text.indexOf(',') < 0) ? text : null;
	}

	/** A string of RFC 8941, whose parameters mean nothing here; null if it is none. */
	private static @Nullable String unquoted(String text) {
		StringBuilder key = new StringBuilder();
		for (int i = 1; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"') {
				boolean ended = i + 1 == text.length() || text.charAt(i + 1) == ';';
				return ended ? key.toString() : null;
			}
			if (c == '\\') {
				i++;
				if (i == text.length() || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
					return null;
				}
			}
			key.append(text.charAt(i));
		}
		return null;
	}

}
