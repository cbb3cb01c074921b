package org.exactlyonce.gateway.sequence;

/**
 * The decision about an append, as a value. Exceptions are for faults; a refusal is an
 * answer.
 */
public sealed interface AppendDecision {

	/**
	 * Handles the decision.
	 * @param <R> the result's type
	 * @param cases what to do in each case
	 * @return what the matching case returned
	 */
	<R> R match(Cases<R> cases);

	/**
	 * One method an outcome, so that a new outcome fails to compile wherever it must be
	 * handled.
	 *
	 * @param <R> the result's type
	 */
	interface Cases<R> {

		/**
		 * Handles the next expected sequences.
		 * @param decision the decision
		 * @return the result
		 */
		R append(Append decision);

		/**
		 * Handles sequences that are all committed already.
		 * @param decision the decision
		 * @return the result
		 */
		R duplicate(Duplicate decision);

		/**
		 * Handles a refusal: nothing is stored.
		 * @param decision the decision
		 * @return the result
		 */
		R refused(Refusal decision);

	}

	/**
	 * The range is exactly the next one: store it.
	 */
	record Append() implements AppendDecision {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.append(this);
		}

	}

	/**
	 * Every sequence of the range is committed already: answer with the original offsets,
	 * provided the payload is the same.
	 */
	record Duplicate() implements AppendDecision {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.duplicate(this);
		}

	}

	/**
	 * The append cannot be accepted, now or ever.
	 */
	sealed interface Refusal extends AppendDecision {

		@Override
		default <R> R match(Cases<R> cases) {
			return cases.refused(this);
		}

		/**
		 * Explains the refusal.
		 * @param <R> the result's type
		 * @param reasons what to do for each reason
		 * @return what the matching reason returned
		 */
		<R> R explain(Reasons<R> reasons);

		/**
		 * Whether the range may still become the next one, once its predecessors are
		 * committed.
		 * @return true for a gap only
		 */
		default boolean isEarly() {
			return false;
		}

	}

	/**
	 * One method a reason to refuse.
	 *
	 * @param <R> the result's type
	 */
	interface Reasons<R> {

		/**
		 * Explains a gap or a straddling batch.
		 * @param refusal the refusal
		 * @return the result
		 */
		R outOfOrder(OutOfOrder refusal);

		/**
		 * Explains an older epoch.
		 * @param refusal the refusal
		 * @return the result
		 */
		R fenced(Fenced refusal);

		/**
		 * Explains an epoch from the future.
		 * @param refusal the refusal
		 * @return the result
		 */
		R epochNeverIssued(EpochNeverIssued refusal);

		/**
		 * Explains an id that was never issued.
		 * @param refusal the refusal
		 * @return the result
		 */
		R unknownProducer(UnknownProducer refusal);

		/**
		 * Explains a producer that is another principal's.
		 * @param refusal the refusal
		 * @return the result
		 */
		R notOwner(NotOwner refusal);

	}

	/**
	 * The range starts beyond the next expected sequence, or starts before and ends
	 * beyond it. Kafka's {@code OUT_OF_ORDER_SEQUENCE_NUMBER}.
	 *
	 * @param expected the next expected sequence
	 * @param received the range's base sequence
	 */
	record OutOfOrder(long expected, long received) implements Refusal {

		/** A range that is committed in part can never be the next one. */
		@Override
		public boolean isEarly() {
			return this.received > this.expected;
		}

		@Override
		public <R> R explain(Reasons<R> reasons) {
			return reasons.outOfOrder(this);
		}

	}

	/**
	 * A newer holder registered under the producer's name. Kafka's
	 * {@code PRODUCER_FENCED}.
	 *
	 * @param currentEpoch the newest epoch
	 */
	record Fenced(long currentEpoch) implements Refusal {

		@Override
		public <R> R explain(Reasons<R> reasons) {
			return reasons.fenced(this);
		}

	}

	/**
	 * The epoch is above every epoch that was handed out.
	 *
	 * @param currentEpoch the newest epoch
	 */
	record EpochNeverIssued(long currentEpoch) implements Refusal {

		@Override
		public <R> R explain(Reasons<R> reasons) {
			return reasons.epochNeverIssued(this);
		}

	}

	/**
	 * No producer with this id was ever registered. Kafka's {@code UNKNOWN_PRODUCER_ID}.
	 */
	record UnknownProducer() implements Refusal {

		@Override
		public <R> R explain(Reasons<R> reasons) {
			return reasons.unknownProducer(this);
		}

	}

	/**
	 * The producer belongs to another principal than the one that sends. Decided before
	 * the epochs and the sequences, about which its sender learns nothing.
	 */
	record NotOwner() implements Refusal {

		@Override
		public <R> R explain(Reasons<R> reasons) {
			return reasons.notOwner(this);
		}

	}

}
