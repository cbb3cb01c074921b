package org.exactlyonce.gateway.request;

import java.time.Duration;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Prefer} header of RFC 7240, as far as it is about waiting.
 */
public final class Preferences {

	/** What stands between two commas, which may be in quoted text. */
	private static final Pattern PREFERENCE = Pattern.compile("(?:[^,\"]++|\"[^\"]*+\"?)++");

	private static final int MAX_DIGITS = 9;

	private Preferences() {
	}

	/**
	 * How long the client would wait at the most. The first {@code wait} counts.
	 * @param request the request
	 * @param cap the longest wait that is granted
	 * @return the granted wait, in whole seconds; null if none was asked for, or what was
	 * asked for is no number
	 */
	public static @Nullable Duration waitUpTo(HttpServletRequest request, Duration cap) {
		String header = String.join(",", Collections.list(request.getHeaders("Prefer")));
		Matcher preference = PREFERENCE.matcher(header);
		while (preference.find()) {
			String[] parts = preference.group().split(";", 2)[0].split("=", 2);
			if (parts[0].strip().equalsIgnoreCase("wait")) {
				return (parts.length == 2) ? seconds(parts[1].strip().replaceAll("^\"(.*)\"$", "$1"), cap) : null;
			}
		}
		return null;
	}

	private static @Nullable Duration seconds(String number, Duration cap) {
		if (number.isEmpty() || !number.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return null;
		}
		String digits = number.replaceFirst("^0+(?=.)", "");
		// a number of more digits is above every cap
		long asked = (digits.length() > MAX_DIGITS) ? Long.MAX_VALUE : Long.parseLong(digits);
		return Duration.ofSeconds(Math.min(asked, cap.toSeconds()));
	}

}
