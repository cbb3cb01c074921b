package org.exactlyonce.gateway.cloudevent;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The grammar of RFC 3986. {@code java.net.URI} is of its predecessor: it takes what is
 * not ASCII, and refuses an empty authority.
 */
final class UriReference {

	/** What may stand before an authority's host, beside letters and digits. */
	private static final String USER_INFO = "-._~!$&'()*+,;=:";

	private static final String PCHAR = USER_INFO + "@";

	private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");

	/** An address of version 6, not looked into, or one of a version to come. */
	private static final Pattern IP_LITERAL = Pattern
		.compile("\\[(?:[0-9A-Fa-f.]*+:[0-9A-Fa-f:.]*+|[vV][0-9A-Fa-f]++\\.[-._~!$&'()*+,;=:A-Za-z0-9]++)]");

	private static final Pattern PORT = Pattern.compile("(?::[0-9]*)?");

	private UriReference() {
	}

	/**
	 * Whether a text is a URI or a relative reference.
	 * @param text any text
	 * @return true for an empty text too
	 */
	static boolean isReference(String text) {
		String scheme = scheme(text);
		return (scheme != null) ? isUri(text) : isHierarchy(text) && !firstSegment(text).contains(":");
	}

	/**
	 * Whether a text is a URI: it has a scheme.
	 * @param text any text
	 * @return true if so
	 */
	static boolean isUri(String text) {
		String scheme = scheme(text);
		return scheme != null && isHierarchy(text.substring(scheme.length() + 1));
	}

	private static @Nullable String scheme(String text) {
		int colon = firstSegment(text).indexOf(':');
		String scheme = (colon > 0) ? text.substring(0, colon) : "";
		return SCHEME.matcher(scheme).matches() ? scheme : null;
	}

	private static String firstSegment(String text) {
		return text.substring(0, end(text, 0, "/?#"));
	}

	/** All that may follow a scheme. */
	private static boolean isHierarchy(String text) {
		int path = text.startsWith("//") ? end(text, 2, "/?#") : 0;
		int query = end(text, path, "?#");
		int fragment = end(text, query, "#");
		return (path == 0 || isAuthority(text.substring(2, path))) && isMadeOf(text.substring(path, query), PCHAR + "/")
				&& isMadeOf(behind(text, query, fragment), PCHAR + "/?")
				&& isMadeOf(behind(text, fragment, text.length()), PCHAR + "/?");
	}

	/** The part without the character that begins it. */
	private static String behind(String text, int from, int to) {
		return text.substring(Math.min(from + 1, to), to);
	}

	private static boolean isAuthority(String text) {
		int at = text.indexOf('@');
		String host = text.substring(at + 1);
		if (at >= 0 && !isMadeOf(text.substring(0, at), USER_INFO)) {
			return false;
		}
		boolean literal = host.startsWith("[");
		int end = literal ? host.indexOf(']') + 1 : end(host, 0, ":");
		String name = host.substring(0, end);
		return (literal ? IP_LITERAL.matcher(name).matches() : isMadeOf(name, USER_INFO))
				&& PORT.matcher(host.substring(end)).matches();
	}

	/** Where the first of some characters is, or the end. */
	private static int end(String text, int from, String characters) {
		int i = from;
		while (i < text.length() && characters.indexOf(text.charAt(i)) < 0) {
			i++;
		}
		return i;
	}

	private static boolean isMadeOf(String text, String marks) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean escape = c == '%' && i + 2 < text.length() && isHex(text.charAt(i + 1))
					&& isHex(text.charAt(i + 2));
			if (!escape && !isLetterOrDigit(c) && marks.indexOf(c) < 0) {
				return false;
			}
		}
		return true;
	}

	private static boolean isLetterOrDigit(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
	}

	private static boolean isHex(char c) {
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	}

}
