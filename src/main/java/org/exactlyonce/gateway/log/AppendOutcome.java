package org.exactlyonce.gateway.log;

import org.exactlyonce.gateway.sequence.AppendDecision;

/**
 * What became of an append, durable by the time anybody sees it. Faults are exceptions.
 */
sealed interface AppendOutcome {

	/**
	 * Stored, now or before.
	 *
	 * @param receipt the answer
	 */
	record Stored(Receipt receipt) implements AppendOutcome {
	}

	/**
	 * Refused by the sequence rule.
	 *
	 * @param refusal why
	 */
	record Refused(AppendDecision.Refusal refusal) implements AppendOutcome {

		/** Whether the predecessors may still come. */
		boolean isEarly() {
			return this.refusal instanceof AppendDecision.OutOfOrder outOfOrder && outOfOrder.isEarly();
		}

	}

	/**
	 * Committed before with another payload.
	 *
	 * @param firstMismatch the first sequence whose record differs
	 */
	record Reused(long firstMismatch) implements AppendOutcome {
	}

	/**
	 * Not looked at: its producer asks for too much at a time.
	 *
	 * @param detail which bound was met
	 */
	record Overloaded(String detail) implements AppendOutcome {
	}

	/**
	 * Not an answer yet: all sequences are committed, whether the payload is the same is
	 * still to be seen. The {@link DuplicateVerifier} and the {@link RebatchedDuplicates}
	 * replace it.
	 *
	 * @param nextSequence the producer's next sequence
	 */
	record Repeated(long nextSequence) implements AppendOutcome {
	}

}
