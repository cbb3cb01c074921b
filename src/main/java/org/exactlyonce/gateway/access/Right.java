package org.exactlyonce.gateway.access;

import java.util.Locale;

/**
 * A right of a caller, in the mode token.
 */
public enum Right {

	/** Register producers and append as them; look at them, at topics and partitions. */
	PRODUCE,

	/** Read records, and look at topics and partitions. */
	READ,

	/** Read metrics and the details of health. */
	MONITOR,

	/** Everything. */
	ADMIN;

	/**
	 * Returns the name that requests and answers have for it.
	 * @return a word in lower case
	 */
	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Finds a right by its name.
	 * @param word the name
	 * @return the right
	 * @throws IllegalArgumentException if there is none of this name
	 */
	public static Right of(String word) {
		for (Right right : values()) {
			if (right.word().equals(word)) {
				return right;
			}
		}
		throw new IllegalArgumentException("There is no right " + word);
	}

	/**
	 * Whether it may be bound to topics.
	 * @return true for produce and read
	 */
	public boolean isOfTopics() {
		return this == PRODUCE || this == READ;
	}

}
