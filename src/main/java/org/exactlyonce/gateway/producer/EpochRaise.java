package org.exactlyonce.gateway.producer;

import org.exactlyonce.gateway.problem.Problem;
import org.exactlyonce.gateway.problem.ProblemException;
import org.exactlyonce.gateway.problem.ProblemType;
import org.exactlyonce.gateway.request.Requester;
import org.exactlyonce.gateway.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Raises a producer's epoch by its id. The epoch that the caller believes to hold is
 * compared and raised in one statement, so that of several calls that believe the same
 * one wins.
 */
final class EpochRaise {

	private static final int MAX_ATTEMPTS = 5;

	private final ProducerRepository producers;

	private final Transactions transaction;

	EpochRaise(ProducerRepository producers, Transactions transaction) {
		this.producers = producers;
		this.transaction = transaction;
	}

	/**
	 * Raises the epoch, in a transaction of its own. Older epochs are not fenced yet.
	 * @param id the producer
	 * @param believed the epoch to raise, or null for whatever it is
	 * @param requester who raises it, and owns the producer from now on if it had no
	 * owner, unless it is an administrator, who stops what is another's
	 * @return what came of it; a refusal, too, is to be answered only when it is durable
	 */
	Outcome raise(long id, @Nullable Long believed, Requester requester) {
		for (int attempt = 1;; attempt++) {
			try {
				Outcome outcome = this.transaction.run(() -> raiseOnce(id, believed, requester));
				if (outcome.isOutdated()) {
					throw new OptimisticLockingFailureException("The producer changed while its epoch was raised");
				}
				return outcome;
			}
			catch (ConcurrencyFailureException ex) {
				// another call held the producer's row, or changed it in between
				if (attempt == MAX_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private Outcome raiseOnce(long id, @Nullable Long believed, Requester requester) {
		int raised = (believed != null) ? this.producers.raiseEpoch(id, believed, requester.seesOnly())
				: this.producers.raiseEpoch(id, requester.seesOnly());
		Producer producer = this.producers.findById(id)
			.filter((found) -> raised == 1 || requester.sees(found.owner()))
			.orElse(null);
		return new Outcome(id, believed, producer, raised == 1);
	}

	/**
	 * The result of a raise.
	 *
	 * @param id the id that was asked for
	 * @param believed the epoch that was asked for
	 * @param producer the producer as it is now; null if the id was never issued, or is
	 * another's
	 * @param raised whether its epoch is raised
	 */
	record Outcome(long id, @Nullable Long believed, @Nullable Producer producer, boolean raised) {

		/** Whether the epoch or the owner became the right one after it was compared. */
		private boolean isOutdated() {
			return !this.raised && this.producer != null
					&& (this.believed == null || this.producer.epoch() == this.believed);
		}

		/** The producer, if its epoch is raised. */
		@Nullable Producer raisedProducer() {
			return this.raised ? this.producer : null;
		}

		/** Why the epoch is not raised. */
		ProblemException refusal() {
			if (this.producer == null || this.believed == null) {
				return unknown(Long.toString(this.id));
			}
			long current = this.producer.epoch();
			if (this.believed > current) {
				return Problem
					.invalid("producerEpoch",
							"is " + this.believed + ", but the newest epoch of producer " + this.id + " is " + current)
					.toException();
			}
			return Problem
				.of(ProblemType.PRODUCER_FENCED,
						"Producer " + this.id + " sent epoch " + this.believed + "; the current epoch is " + current
								+ ".")
				.with("currentEpoch", current)
				.header("Producer-Epoch", current)
				.toException();
		}

	}

	/**
	 * The answer to an id that was never issued.
	 * @param producerId the id as it was sent
	 * @return 404
	 */
	static ProblemException unknown(String producerId) {
		return Problem.of(ProblemType.UNKNOWN_PRODUCER_ID, "Producer " + producerId + " was never registered.")
			.toException();
	}

}
