package org.exactlyonce.gateway.json;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Times as RFC 3339 writes them. {@code java.time} takes more (24:00, five-digit years)
 * and less (offsets beyond 18 hours, leap seconds).
 */
public final class Timestamps {

	private static final Pattern RFC_3339 = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})[Tt]"
			+ "([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)(?:\\.(\\d+))?(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");

	private static final Pattern FINER = Pattern.compile("\\.\\d{3}0*[1-9]");

	private static final long FIRST_MILLI = LocalDateTime.of(0, 1, 1, 0, 0).toInstant(ZoneOffset.UTC).toEpochMilli();

	private static final long END_MILLI = LocalDateTime.of(10_000, 1, 1, 0, 0).toInstant(ZoneOffset.UTC).toEpochMilli();

	private static final long DAY_MILLIS = 86_400_000;

	private static final long LAST_SECOND_OF_DAY = DAY_MILLIS - 1000;

	private Timestamps() {
	}

	/**
	 * Reads a time.
	 * @param text the time
	 * @return milliseconds since 1970 in UTC, smaller fractions cut off; or nothing if
	 * the text is no time of the years 0 to 9999; a second 60 only at the end of a UTC
	 * day
	 */
	public static OptionalLong parse(String text) {
		Matcher fields = RFC_3339.matcher(text);
		if (!fields.matches()) {
			return OptionalLong.empty();
		}
		try {
			int second = number(fields, 6);
			// a leap second counts as the one before
			LocalDateTime local = LocalDateTime.of(number(fields, 1), number(fields, 2), number(fields, 3),
					number(fields, 4), number(fields, 5), Math.min(second, 59));
			long millis = local.toInstant(ZoneOffset.UTC).toEpochMilli() + fraction(fields.group(7)) - offset(fields);
			if (second == 60 && Math.floorMod(millis, DAY_MILLIS) < LAST_SECOND_OF_DAY) {
				return OptionalLong.empty();
			}
			return (millis >= FIRST_MILLI && millis < END_MILLI) ? OptionalLong.of(millis) : OptionalLong.empty();
		}
		catch (DateTimeException ex) {
			return OptionalLong.empty();
		}
	}

	/**
	 * Reads a time as the first millisecond that is not before it.
	 * @param text the time
	 * @return milliseconds since 1970 in UTC, smaller fractions rounded up; or nothing,
	 * as above
	 */
	public static OptionalLong parseRoundedUp(String text) {
		OptionalLong millis = parse(text);
		boolean finer = millis.isPresent() && FINER.matcher(text).find();
		return finer ? OptionalLong.of(millis.getAsLong() + 1) : millis;
	}

	private static long fraction(@Nullable String digits) {
		return (digits != null) ? Integer.parseInt((digits + "00").substring(0, 3)) : 0;
	}

	private static long offset(Matcher fields) {
		if (fields.group(8) == null) {
			return 0;
		}
		long minutes = number(fields, 9) * 60L + number(fields, 10);
		return (fields.group(8).equals("-") ? -minutes : minutes) * 60_000;
	}

	private static int number(Matcher fields, int group) {
		return Integer.parseInt(fields.group(group));
	}

}
