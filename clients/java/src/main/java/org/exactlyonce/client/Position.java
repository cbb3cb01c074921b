package org.exactlyonce.client;

import java.time.Instant;
import java.util.Objects;

/**
 * Where to begin to read.
 *
 * @param kind which of the kinds
 * @param offset the offset, of {@code OFFSET}; else 0
 * @param time the time, of {@code TIME}; else null
 */
public record Position(Kind kind, long offset, Instant time) {

	/**
	 * The kinds of positions.
	 */
	public enum Kind {

		/** The first record that there is. */
		EARLIEST,

		/** Behind the last record that there is. */
		LATEST,

		/** An offset. */
		OFFSET,

		/** The first record that was stored at a time or later. */
		TIME

	}

	/**
	 * The first record that there is.
	 * @return the position
	 */
	public static Position earliest() {
		return new Position(Kind.EARLIEST, 0, null);
	}

	/**
	 * Behind the last record that there is when reading begins.
	 * @return the position
	 */
	public static Position latest() {
		return new Position(Kind.LATEST, 0, null);
	}

	/**
	 * An offset.
	 * @param offset the offset, from 0
	 * @return the position
	 * @throws IllegalArgumentException if it is negative
	 */
	public static Position offset(long offset) {
		if (offset < 0) {
			throw new IllegalArgumentException("Offset " + offset + " is negative.");
		}
		return new Position(Kind.OFFSET, offset, null);
	}

	/**
	 * The first record that was stored at a time or later.
	 * @param time the time
	 * @return the position
	 */
	public static Position at(Instant time) {
		return new Position(Kind.TIME, 0, Objects.requireNonNull(time, "time"));
	}

}
