package org.exactlyonce.gateway.commit;

import java.util.List;

import org.exactlyonce.gateway.ids.RecordPlace;
import org.exactlyonce.gateway.sequence.AppendDecision;
import org.exactlyonce.gateway.sequence.AppendIdentity;

/**
 * The outcome of a request within its group, under the locks. It is true once the group
 * is durable; what a client is answered is an {@link AppendOutcome}.
 */
sealed interface Judgement {

	/**
	 * Handles the judgement.
	 * @param <R> the result's type
	 * @param cases what to do in each case
	 * @return what the matching case returned
	 */
	<R> R match(Cases<R> cases);

	/**
	 * Whether the predecessors may still come.
	 * @return true for a gap only
	 */
	default boolean isEarly() {
		return false;
	}

	/**
	 * Whether it says nothing about an earlier attempt that may have stored the request:
	 * what was stored under the epoch, or for the owner, of then is none of a later
	 * one's.
	 * @return true for refusals that look at no sequence and no id
	 */
	default boolean leavesDoubt() {
		return false;
	}

	/**
	 * One method a judgement.
	 *
	 * @param <R> the result's type
	 */
	interface Cases<R> {

		/** Handles new records. */
		R stored(Stored judgement);

		/** Handles a refusal by the sequence rule. */
		R refused(Refused judgement);

		/** Handles sequences that are committed. */
		R repeated(Repeated judgement);

		/** Handles records that have ids. */
		R placed(Placed judgement);

		/** Handles an id that is another record's. */
		R idReused(IdReused judgement);

		/** Handles partitions that are not there any more. */
		R gone(Gone judgement);

	}

	/**
	 * Stored by this group.
	 *
	 * @param receipts the answer for each part
	 */
	record Stored(List<Receipt> receipts) implements Judgement {

		Stored(Receipt receipt) {
			this(List.of(receipt));
		}

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.stored(this);
		}

	}

	/**
	 * Refused by the sequence rule.
	 *
	 * @param refusal why
	 */
	record Refused(AppendDecision.Refusal refusal) implements Judgement {

		@Override
		public boolean isEarly() {
			return this.refusal.isEarly();
		}

		@Override
		public boolean leavesDoubt() {
			return !(this.refusal instanceof AppendDecision.OutOfOrder);
		}

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.refused(this);
		}

	}

	/**
	 * All sequences are committed; whether the payload is the same is still to be seen,
	 * without a lock.
	 *
	 * @param identity the producer, and the sequences it repeats
	 * @param nextSequence the producer's next sequence
	 */
	record Repeated(AppendIdentity.Sequenced identity, long nextSequence) implements Judgement {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.repeated(this);
		}

	}

	/**
	 * With ids: what was not known of it is stored by this group.
	 *
	 * @param places where each record is, in the order of the request
	 */
	record Placed(List<RecordPlace> places) implements Judgement {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.placed(this);
		}

	}

	/**
	 * An id is known with another payload: nothing is stored.
	 *
	 * @param firstMismatch the place of the first such record in the request
	 */
	record IdReused(int firstMismatch) implements Judgement {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.idReused(this);
		}

	}

	/**
	 * There are no such partitions any more, as their topic was deleted; or it has grown
	 * since they were chosen.
	 */
	record Gone() implements Judgement {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.gone(this);
		}

	}

}
