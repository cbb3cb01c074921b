package org.exactlyonce.gateway.commit;

import java.util.List;

import org.exactlyonce.gateway.ids.RecordPlace;
import org.exactlyonce.gateway.sequence.AppendDecision;

/**
 * The answer to an append, durable by the time it is seen. Faults are exceptions.
 */
public sealed interface AppendOutcome {

	/**
	 * Handles the outcome.
	 * @param <R> the result's type
	 * @param cases what to do in each case
	 * @return what the matching case returned
	 */
	<R> R match(Cases<R> cases);

	/**
	 * Whether the append was refused as its producer belongs to another principal.
	 * @return true if so
	 */
	default boolean isOfAnotherOwner() {
		return this instanceof Refused refused && refused.refusal() instanceof AppendDecision.NotOwner;
	}

	/**
	 * One method an outcome.
	 *
	 * @param <R> the result's type
	 */
	interface Cases<R> {

		/**
		 * Handles an append that is stored, now or before.
		 * @param outcome the outcome
		 * @return the result
		 */
		R stored(Stored outcome);

		/**
		 * Handles a refusal by the sequence rule.
		 * @param outcome the outcome
		 * @return the result
		 */
		R refused(Refused outcome);

		/**
		 * Handles sequences that are committed with another payload.
		 * @param outcome the outcome
		 * @return the result
		 */
		R reused(Reused outcome);

		/**
		 * Handles records with ids that are stored, now or before.
		 * @param outcome the outcome
		 * @return the result
		 */
		R placed(Placed outcome);

		/**
		 * Handles an id that is known with another payload.
		 * @param outcome the outcome
		 * @return the result
		 */
		R idReused(IdReused outcome);

		/**
		 * Handles an append that was not looked at.
		 * @param outcome the outcome
		 * @return the result
		 */
		R overloaded(Overloaded outcome);

		/**
		 * Handles an append to partitions that are no longer there, or no longer the
		 * right ones.
		 * @param outcome the outcome
		 * @return the result
		 */
		R gone(Gone outcome);

	}

	/**
	 * Stored, now or before.
	 *
	 * @param receipts the answer for each part of the append
	 */
	record Stored(List<Receipt> receipts) implements AppendOutcome {

		Stored(Receipt receipt) {
			this(List.of(receipt));
		}

		/**
		 * The answer to an append to one partition.
		 * @return the answer for the first part
		 */
		public Receipt receipt() {
			return this.receipts.get(0);
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
	record Refused(AppendDecision.Refusal refusal) implements AppendOutcome {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.refused(this);
		}

	}

	/**
	 * Committed before with another payload.
	 *
	 * @param firstMismatch the first sequence whose record differs
	 */
	record Reused(long firstMismatch) implements AppendOutcome {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.reused(this);
		}

	}

	/**
	 * Stored by their ids, now or before.
	 *
	 * @param places where each record is, in the order of the append
	 */
	record Placed(List<RecordPlace> places) implements AppendOutcome {

		/**
		 * How many records were stored before.
		 * @return their number
		 */
		public int duplicates() {
			return (int) this.places.stream().filter(RecordPlace::duplicate).count();
		}

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.placed(this);
		}

	}

	/**
	 * An id is known with another payload. Nothing is stored.
	 *
	 * @param firstMismatch the place of the first such record in the append
	 */
	record IdReused(int firstMismatch) implements AppendOutcome {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.idReused(this);
		}

	}

	/**
	 * Not looked at: its producer asks for too much at a time.
	 *
	 * @param detail which bound was met
	 */
	record Overloaded(String detail) implements AppendOutcome {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.overloaded(this);
		}

	}

	/**
	 * Not stored: there are no such partitions any more, as their topic was deleted; or
	 * it has grown since they were chosen.
	 */
	record Gone() implements AppendOutcome {

		@Override
		public <R> R match(Cases<R> cases) {
			return cases.gone(this);
		}

	}

}
