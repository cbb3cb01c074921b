package org.exactlyonce.gateway.cloudevent;

import java.util.Locale;
import java.util.Set;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.Timestamps;
import org.exactlyonce.gateway.request.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the specification for the text of an attribute.
 */
final class AttributeRules {

	private static final Set<String> TEXTS = Set.of("specversion", "id", "source", "type", "subject", "time",
			"dataschema", "datacontenttype", EventAttributes.PARTITION_KEY);

	private static final int MAX_MEDIA_TYPE = 1000;

	private AttributeRules() {
	}

	/**
	 * Whether an attribute must be text, where it could be a boolean or an integer.
	 */
	static boolean isText(String name) {
		return TEXTS.contains(name);
	}

	/**
	 * Looks for a fault.
	 * @param name the attribute's name
	 * @param text its value
	 * @return what is wrong with the value, or null
	 */
	static @Nullable String fault(String name, String text) {
		String fault = faultOfText(text);
		if (fault != null) {
			return fault;
		}
		return switch (name) {
			case "specversion" ->
				text.equals("1.0") ? null : "is \"" + FieldErrors.shortened(text, 40) + "\", must be \"1.0\"";
			case "id", "type", "subject", EventAttributes.PARTITION_KEY ->
				text.isEmpty() ? "is empty, must have a character at least" : null;
			case "source" -> (!text.isEmpty() && UriReference.isReference(text)) ? null
					: "must be a URI-reference (RFC 3986), such as /orders/eu";
			case "dataschema" ->
				UriReference.isUri(text) ? null : "must be a URI (RFC 3986), such as https://example.com/order.json";
			case "time" -> Timestamps.parse(text).isPresent() ? null
					: "must be a time of RFC 3339, such as 2026-11-23T10:00:00.123Z";
			case "datacontenttype" -> faultOfMediaType(text);
			default -> null;
		};
	}

	/** Half surrogates do not come here. */
	private static @Nullable String faultOfText(String text) {
		for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
			int c = text.codePointAt(i);
			if (Character.isISOControl(c)) {
				return "contains " + name(c) + ", must not have control characters";
			}
			if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF)) {
				return "contains " + name(c) + ", which is no character";
			}
		}
		return null;
	}

	private static String name(int c) {
		return String.format(Locale.ROOT, "U+%04X", c);
	}

	private static @Nullable String faultOfMediaType(String text) {
		if (text.length() > MAX_MEDIA_TYPE) {
			return "has " + text.length() + " characters, may have " + MAX_MEDIA_TYPE;
		}
		return ContentType.isMediaType(text) ? null : "must be a media type, such as application/json";
	}

}
