package org.exactlyonce.gateway.commit;

import java.time.Duration;

/**
 * The time for which the sender of an append waits for its outcome.
 *
 * @param acknowledged whether the sender gets the outcome; with {@code acks=0} it is gone
 * @param nanos how long; without a sender for ever, so that the append is never skipped
 */
record AnswerTimeout(boolean acknowledged, long nanos) {

	/** For {@code acks=0}. */
	static final AnswerTimeout NONE = new AnswerTimeout(false, Long.MAX_VALUE);

	static AnswerTimeout after(Duration timeout) {
		return new AnswerTimeout(true, timeout.toNanos());
	}

	long millis() {
		return this.nanos / 1_000_000;
	}

}
