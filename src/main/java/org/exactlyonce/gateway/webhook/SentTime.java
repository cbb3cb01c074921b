package org.exactlyonce.gateway.webhook;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The time at which a sender says that it signed a delivery, so that a recorded one
 * cannot be sent later.
 *
 * @param seconds since 1970
 */
record SentTime(long seconds) {

	/** As the libraries of the schemes have it. */
	private static final long TOLERANCE_SECONDS = 300;

	private static final int MAX_DIGITS = 12;

	/** Reads digits; null for anything else. */
	static @Nullable SentTime parse(@Nullable String text) {
		boolean digits = text != null && !text.isEmpty() && text.length() <= MAX_DIGITS
				&& text.chars().allMatch((c) -> c >= '0' && c <= '9');
		return digits ? new SentTime(Long.parseLong(text)) : null;
	}

	/** What is wrong with a header that is a time and nothing else, or null. */
	static @Nullable String complaint(String header, @Nullable String text, Instant now) {
		SentTime time = parse(text);
		return (time != null) ? time.complaint(header, now) : Secrets.malformed(header, text, "seconds since 1970");
	}

	/** What is wrong with it by the gateway's clock, or null. */
	@Nullable String complaint(String header, Instant now) {
		long late = now.getEpochSecond() - this.seconds;
		if (Math.abs(late) <= TOLERANCE_SECONDS) {
			return null;
		}
		return "The timestamp in " + header + " is " + Math.abs(late) + " s " + ((late > 0) ? "behind" : "ahead of")
				+ " the gateway's clock, may be " + TOLERANCE_SECONDS + " s off.";
	}

}
