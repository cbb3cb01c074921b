package org.exactlyonce.gateway.proof.faults;

/**
 * A promise that was broken.
 *
 * @param kind which one
 * @param text what shows it
 */
record Violation(Kind kind, String text) {

	enum Kind {

		/** Acknowledged, or reported as committed, and not in the log. */
		LOST,
		/** In the log twice. */
		DUPLICATE,
		/** In the log, but never sent, or refused whenever it was sent. */
		PHANTOM,
		/** In the log, at another offset than was acknowledged. */
		WRONG_OFFSET,
		/** Offsets of a partition leave one out. */
		HOLE,
		/** Sequences of a producer do not follow one another. */
		OUT_OF_ORDER,
		/** Written under an epoch whose fence had been answered. */
		ZOMBIE,
		/** One epoch was given to two holders, or one name to two producers. */
		EPOCH_REUSED,
		/** A reader saw it, and later it was not there. */
		VANISHED,
		/** A reader was shown less than a client had been shown before. */
		STALE,
		/** The next sequence of a producer is one that was acknowledged. */
		FORGOTTEN,
		/** A topic was made, and is not there. */
		TOPIC_LOST,
		/** A topic was deleted, and is there. */
		TOPIC_BACK,
		/** Rows of deleted topics, or below a partition's start, are never deleted. */
		NOT_PURGED,
		/** A partition does not hold as many bytes as it says. */
		MISCOUNTED,
		/** An answer that the contract does not have for this. */
		UNEXPECTED_ANSWER

	}

	@Override
	public String toString() {
		return this.kind + ": " + this.text;
	}

}
