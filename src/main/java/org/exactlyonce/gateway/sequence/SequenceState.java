package org.exactlyonce.gateway.sequence;

/**
 * The committed state of one producer in one partition, and the rule everything serves:
 * <em>next expected = last committed + 1; the first is 0</em>. Immutable, so a group of
 * appends is judged as a fold: each against the state its predecessors left.
 *
 * @param currentEpoch the producer's newest epoch, or {@link #NONE} if it was never
 * registered
 * @param lastSequence the last committed sequence, or {@link #NONE} if there is none
 */
public record SequenceState(long currentEpoch, long lastSequence) {

	/** Stands for "no epoch" and "no sequence yet". */
	public static final long NONE = -1;

	/** The state of a producer id that was never issued. */
	public static final SequenceState UNKNOWN_PRODUCER = new SequenceState(NONE, NONE);

	/**
	 * The only sequence that may be appended next.
	 * @return {@code lastSequence + 1}
	 */
	public long nextSequence() {
		return this.lastSequence + 1;
	}

	/**
	 * Decides what becomes of an append. The order of the checks is the contract's:
	 * unknown producer, older epoch, epoch never issued, then the sequence.
	 * @param identity who sends
	 * @param range the sequences sent
	 * @return the decision; nothing changes
	 */
	public AppendDecision decide(ProducerIdentity identity, SequenceRange range) {
		if (this.currentEpoch == NONE) {
			return new AppendDecision.UnknownProducer();
		}
		if (identity.producerEpoch() < this.currentEpoch) {
			return new AppendDecision.Fenced(this.currentEpoch);
		}
		if (identity.producerEpoch() > this.currentEpoch) {
			return new AppendDecision.EpochNeverIssued(this.currentEpoch);
		}
		if (range.base() == nextSequence()) {
			return new AppendDecision.Append();
		}
		if (range.last() <= this.lastSequence) {
			return new AppendDecision.Duplicate();
		}
		return new AppendDecision.OutOfOrder(nextSequence(), range.base());
	}

	/**
	 * The state once a range that was decided {@link AppendDecision.Append} is stored.
	 * @param range the appended range
	 * @return the new state
	 * @throws IllegalArgumentException if the range is not the next expected one
	 */
	public SequenceState after(SequenceRange range) {
		if (range.base() != nextSequence()) {
			throw new IllegalArgumentException(
					"base sequence is " + range.base() + "; the next expected is " + nextSequence());
		}
		return new SequenceState(this.currentEpoch, range.last());
	}

}
