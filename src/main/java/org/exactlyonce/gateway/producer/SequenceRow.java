package org.exactlyonce.gateway.producer;

import org.exactlyonce.gateway.sequence.SequenceRange;
import org.exactlyonce.gateway.sequence.SequenceState;
import org.jspecify.annotations.Nullable;

/**
 * One producer in one partition, as it was read or as a group of appends leaves it.
 * Immutable.
 *
 * @param state the producer's epoch and its last sequence
 * @param lastOffset the offset of the last sequence, or {@link SequenceState#NONE}
 * @param version the row's version as it was read, or null if there is no row yet
 * @param owner the principal that the producer belongs to, or null if it has no owner
 */
public record SequenceRow(SequenceState state, long lastOffset, @Nullable Long version, @Nullable String owner) {

	/** Of a producer that was never registered. */
	static final SequenceRow UNKNOWN_PRODUCER = new SequenceRow(SequenceState.UNKNOWN_PRODUCER, SequenceState.NONE,
			null, null);

	/**
	 * The row once a range is appended.
	 * @param range the next sequences
	 * @param lastOffset the offset of the last of them
	 * @return the row to write
	 * @throws IllegalArgumentException if the range is not the next expected one
	 */
	public SequenceRow after(SequenceRange range, long lastOffset) {
		return new SequenceRow(this.state.after(range), lastOffset, this.version, this.owner);
	}

	/**
	 * The row of a producer that has got another owner.
	 * @param owner the owner as it is now
	 * @return the row, as it was read otherwise
	 */
	public SequenceRow ownedBy(@Nullable String owner) {
		return new SequenceRow(this.state, this.lastOffset, this.version, owner);
	}

	/**
	 * Whether nothing of the producer is committed in the partition.
	 * @return true before its first record
	 */
	public boolean isNew() {
		return this.state.lastSequence() == SequenceState.NONE;
	}

	long lastSequence() {
		return this.state.lastSequence();
	}

}
