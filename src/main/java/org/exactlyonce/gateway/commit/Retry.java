package org.exactlyonce.gateway.commit;

import org.exactlyonce.gateway.log.BatchComparer;
import org.exactlyonce.gateway.sequence.AppendIdentity;

/**
 * An append whose sequences are all committed, and whose payload is still to be compared.
 *
 * @param pending the append
 * @param repeated what is known of it
 */
record Retry(PendingAppend pending, Judgement.Repeated repeated) {

	AppendRequest request() {
		return this.pending.request();
	}

	long bytes() {
		return request().batch().payload().length;
	}

	/**
	 * Compares the records with the committed ones.
	 * @param comparer compares them one by one
	 * @return stored, with the original offsets, or reused
	 * @throws org.exactlyonce.gateway.problem.ProblemException 429 if there is no memory
	 * in time
	 */
	AppendOutcome compare(BatchComparer comparer) {
		AppendIdentity.Sequenced identity = this.repeated.identity();
		return comparer.compare(request().key(identity), identity.range(), request().batch())
			.match((same) -> new AppendOutcome.Stored(Receipt.duplicate(request().partition(), this.repeated,
					same.producerEpoch(), same.baseOffset(), same.lastOffset(), same.appendedAt())),
					(different) -> new AppendOutcome.Reused(different.sequence()),
					(deleted) -> new AppendOutcome.Stored(Receipt.deleted(request().partition(), this.repeated)));
	}

}
