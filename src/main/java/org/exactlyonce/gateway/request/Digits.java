package org.exactlyonce.gateway.request;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in paths and query strings: digits only, no sign, no fraction, no leading zero.
 */
public final class Digits {

	private Digits() {
	}

	/**
	 * Reads a query parameter.
	 * @param name the parameter's name
	 * @param text its text, or null if it was left out
	 * @param fallback its value when left out
	 * @param min the smallest value
	 * @param max the largest value
	 * @param errors takes what is wrong: it is no number, or out of its range
	 * @return the number
	 */
	public static long read(String name, @Nullable String text, long fallback, long min, long max, FieldErrors errors) {
		if (text == null) {
			return fallback;
		}
		long value = parse(text);
		if (value < min || value > max) {
			errors.add(name,
					"is \"" + FieldErrors.shortened(text, 40) + "\", must be an integer of " + min + " to " + max);
			return fallback;
		}
		return value;
	}

	/**
	 * Reads a number of a path.
	 * @param text the segment
	 * @return the number, or −1 if it is none of 0 to 2^53−1
	 */
	public static long parse(String text) {
		boolean digits = !text.isEmpty() && text.length() <= 16 && text.chars().allMatch((c) -> c >= '0' && c <= '9');
		boolean canonical = digits && (text.length() == 1 || text.charAt(0) != '0');
		long value = canonical ? Long.parseLong(text) : -1;
		return (value <= SequenceRange.MAX) ? value : -1;
	}

}
