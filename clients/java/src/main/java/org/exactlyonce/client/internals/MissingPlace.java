package org.exactlyonce.client.internals;

import org.exactlyonce.client.GatewayException;

/**
 * What becomes of the records of a partition that the gateway does not have: all fail, as
 * soon as what is under way is answered. Only if some may be stored, or were, a fence has
 * to tell what became of them.
 */
final class MissingPlace {

	private final Place place;

	private final WriterLimits limits;

	private final Pipeline pipeline;

	private final Settlement settlement;

	/** What the gateway said; null if it does not miss the partition. */
	private GatewayException failure;

	MissingPlace(Place place, WriterLimits limits, Pipeline pipeline, Settlement settlement) {
		this.place = place;
		this.limits = limits;
		this.pipeline = pipeline;
		this.settlement = settlement;
	}

	/**
	 * Learns that the gateway does not have the partition.
	 * @param batch the batch that was refused
	 * @param refusal why
	 * @param now the time
	 */
	void refused(Batch batch, GatewayException refusal, long now) {
		if (this.settlement.isStopped() || batch.committed) {
			this.settlement.refused(batch, refusal, now);
		}
		else {
			this.failure = refusal;
		}
	}

	/** Whether records are to fail by it. */
	boolean isSet() {
		return this.failure != null;
	}

	/**
	 * What {@link #fail} is about to fail: it is to be removed from disk before.
	 * @return the records; null if there are none
	 */
	Removal removal() {
		return (canFail() && !needsFence()) ? new Removal(this.place, this.pipeline.acknowledged(), Removal.ALL) : null;
	}

	/**
	 * Fails what it can.
	 * @param now the time
	 */
	void fail(long now) {
		if (!canFail()) {
			return;
		}
		if (needsFence()) {
			// What is in no batch yet waits: the log may not be what it was.
			this.settlement.stop(new Stop(null, this.failure, now));
			return;
		}
		if (this.limits.sequenced()) {
			this.pipeline.line().forEachOpen((batch) -> batch.fail(this.failure));
			this.pipeline.beginAt(this.pipeline.acknowledged(), this.pipeline.acknowledged());
		}
		else {
			this.pipeline.line().giveUp(new Stop(null, this.failure, now), this.failure);
		}
		settled();
	}

	/** What was frozen has its outcome: the rest fails, too. */
	void settled() {
		if (this.failure != null) {
			this.settlement.failUnsent(this.failure);
		}
		this.failure = null;
	}

	private boolean canFail() {
		return this.failure != null && !this.settlement.isStopped() && this.pipeline.line().inFlight() == 0;
	}

	private boolean needsFence() {
		return this.limits.sequenced() && (this.pipeline.acknowledged() > 0 || this.pipeline.line().isInDoubt());
	}

}
