package org.exactlyonce.client.internals;

import org.exactlyonce.client.Delivery;
import org.exactlyonce.client.FencedException;
import org.exactlyonce.client.GatewayException;
import org.exactlyonce.client.IdReusedException;
import org.exactlyonce.client.InvalidRecordException;
import org.exactlyonce.client.LogMismatchException;
import org.exactlyonce.client.Problem;
import org.exactlyonce.client.RecordTooLargeException;

/**
 * What an answer means for the batch that it answers.
 *
 * @param kind what to do
 * @param failure why, if the batch or the producer fails by it
 */
record Decision(Kind kind, GatewayException failure) {

	enum Kind {

		/** It is stored. */
		STORED,

		/** Send it again, after a while. */
		AGAIN,

		/**
		 * A predecessor is under way: send it again when that is stored, or after a
		 * while.
		 */
		EARLY,

		/**
		 * Send the same records under the same sequences in two batches: they are too
		 * large together, or one of them is not valid.
		 */
		SPLIT,

		/**
		 * The id of one of its records is another record's: that one fails, and the
		 * others are sent again without it.
		 */
		REUSED,

		/** Its records fail, others go on. */
		REFUSED,

		/** Somebody else has the name: the producer ends. */
		FENCED,

		/**
		 * The log is not what it was in this partition: it settles what it can, and takes
		 * no more.
		 */
		LOST,

		/** The producer settles what it can, and ends. */
		END

	}

	/**
	 * Decides.
	 * @param answer the answer
	 * @param attempt the send that it answers
	 * @param epoch the newest epoch that this producer was given
	 * @param delivery what the producer promises
	 * @return what to do
	 */
	static Decision of(Answer answer, Attempt attempt, long epoch, Delivery delivery) {
		Batch batch = attempt.batch();
		if (answer.isTransient()) {
			return new Decision(Kind.AGAIN, null);
		}
		if (answer.isSuccess()) {
			return stored(answer, batch, delivery);
		}
		String message = answer.message();
		Problem problem = answer.problem();
		return switch (answer.status()) {
			case 400 -> notValid(answer, batch);
			case 403 -> forbidden(answer, epoch);
			case 404 -> notFound(answer);
			case 409 -> outOfOrder(answer, attempt);
			case 413 -> (batch.count() > 1) ? new Decision(Kind.SPLIT, null)
					: refused(new RecordTooLargeException(message, problem, null));
			case 422 -> reused(answer, batch);
			default -> refused(answer.refusal());
		};
	}

	private static Decision stored(Answer answer, Batch batch, Delivery delivery) {
		if (answer.status() == 202 && delivery == Delivery.AT_MOST_ONCE) {
			return new Decision(Kind.STORED, null);
		}
		if (batch.base == Batch.NONE && answer.status() != 202 && Receipts.areIn(answer, batch)) {
			return new Decision(Kind.STORED, null);
		}
		long first = answer.number("baseOffset");
		boolean own = answer.isOf(batch.place)
				&& (batch.base == Batch.NONE || answer.number("baseSequence") == batch.base);
		// Records that retention has deleted have no offset any more.
		boolean deleted = batch.base != Batch.NONE && answer.isDuplicate() && first < 0;
		if (answer.status() == 202 || !own || (first < 0 && !deleted)) {
			// Not the gateway's own, or another request's: a proxy, or a queue.
			return new Decision(Kind.AGAIN, null);
		}
		if (batch.base == Batch.NONE || deleted || answer.number("lastOffset") - first == batch.count() - 1) {
			return new Decision(Kind.STORED, null);
		}
		// It was stored in other batches, with others' records between: ask piece by
		// piece.
		return new Decision((batch.count() > 1 && answer.number("lastOffset") > first) ? Kind.SPLIT : Kind.AGAIN, null);
	}

	private static Decision notValid(Answer answer, Batch batch) {
		return (batch.count() > 1) ? new Decision(Kind.SPLIT, null)
				: refused(new InvalidRecordException(answer.message() + ' ' + answer.body().getOrDefault("errors", ""),
						answer.problem(), null));
	}

	private static Decision forbidden(Answer answer, long epoch) {
		if (!"PRODUCER_FENCED".equals(answer.code())) {
			return refused(answer.refusal());
		}
		// An epoch that this producer raised itself is no reason to stop.
		return (answer.number("currentEpoch") > epoch)
				? new Decision(Kind.FENCED, new FencedException(answer.message(), answer.problem(), null))
				: new Decision(Kind.AGAIN, null);
	}

	private static Decision notFound(Answer answer) {
		if ("UNKNOWN_PRODUCER_ID".equals(answer.code())) {
			return new Decision(Kind.END, new LogMismatchException(
					"The log does not know this producer any more: " + answer.message(), answer.problem(), null));
		}
		return refused(answer.refusal());
	}

	private static Decision outOfOrder(Answer answer, Attempt attempt) {
		Batch batch = attempt.batch();
		long expected = answer.number("expectedSequence");
		if (expected > batch.base && expected < batch.end()) {
			return mismatch("Somebody else writes under this producer's id: " + answer.message(), answer.problem());
		}
		if (expected >= 0 && expected < attempt.acknowledged()) {
			return mismatch("Records that were stored are no longer in the log: " + answer.message(), answer.problem());
		}
		// Above the batch it was stored, and the next answer says where.
		return new Decision((expected < batch.base) ? Kind.EARLY : Kind.AGAIN, null);
	}

	private static Decision reused(Answer answer, Batch batch) {
		if (batch.base != Batch.NONE) {
			return mismatch("Somebody else writes under this producer's id: " + answer.message(), answer.problem());
		}
		if (!"ID_REUSED".equals(answer.code())) {
			return refused(answer.refusal());
		}
		long index = answer.number("firstMismatch");
		return (batch.count() > 1 && (index < 0 || index >= batch.count())) ? new Decision(Kind.SPLIT, null)
				: new Decision(Kind.REUSED, new IdReusedException(answer.message(), answer.problem(), null));
	}

	private static Decision refused(GatewayException failure) {
		return new Decision(Kind.REFUSED, failure);
	}

	private static Decision mismatch(String message, Problem problem) {
		return new Decision(Kind.LOST, new LogMismatchException(message, problem, null));
	}

}
