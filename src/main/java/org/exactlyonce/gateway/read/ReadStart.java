package org.exactlyonce.gateway.read;

import java.time.Instant;
import java.util.OptionalLong;

import org.exactlyonce.gateway.json.FieldErrors;
import org.exactlyonce.gateway.json.Timestamps;
import org.exactlyonce.gateway.log.LogReader;
import org.exactlyonce.gateway.request.Digits;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * The place where a reader wants to start: at an offset, at one of the ends, or at the
 * first record of a time.
 *
 * @param offset the offset, {@link LogReader#EARLIEST} or {@link LogReader#LATEST}; not
 * used with a time
 * @param since the time, or null
 */
record ReadStart(long offset, @Nullable Instant since) {

	/**
	 * Reads the query parameters.
	 * @param offset an offset, {@code earliest}, {@code latest}, or null for the start
	 * @param since a time, or null
	 * @param errors takes what is wrong with them
	 * @return the start
	 */
	static ReadStart of(@Nullable String offset, @Nullable String since, FieldErrors errors) {
		if (since == null) {
			return new ReadStart(offset(offset, errors), null);
		}
		if (offset != null) {
			errors.add("since", "does not go with offset: leave one of them out");
		}
		OptionalLong millis = Timestamps.parseRoundedUp(since);
		if (millis.isEmpty()) {
			errors.add("since", "is \"" + FieldErrors.shortened(since, 40)
					+ "\", must be a time such as 2026-11-23T10:00:00Z (a + is %2B in a query string)");
		}
		return new ReadStart(LogReader.EARLIEST, Instant.ofEpochMilli(millis.orElse(0)));
	}

	private static long offset(@Nullable String offset, FieldErrors errors) {
		if (offset == null || offset.equals("earliest")) {
			return LogReader.EARLIEST;
		}
		if (offset.equals("latest")) {
			return LogReader.LATEST;
		}
		long number = Digits.parse(offset);
		if (number < 0) {
			errors.add("offset", "is \"" + FieldErrors.shortened(offset, 40) + "\", must be an integer of 0 to "
					+ SequenceRange.MAX + ", earliest or latest");
		}
		return number;
	}

	/**
	 * The offset, once a time is looked up.
	 * @param reader looks it up
	 * @param partition the partition
	 * @return an offset, {@link LogReader#EARLIEST} or {@link LogReader#LATEST}
	 */
	long in(LogReader reader, int partition) {
		return (this.since != null) ? reader.offsetSince(partition, this.since) : this.offset;
	}

	/**
	 * The offset that it stands for.
	 * @param offset an offset, or one of the two words for an end
	 * @param bounds where the partition starts and ends
	 * @return the offset
	 */
	static long resolve(long offset, LogReader.Bounds bounds) {
		return (offset == LogReader.EARLIEST) ? bounds.start() : (offset == LogReader.LATEST) ? bounds.end() : offset;
	}

}
