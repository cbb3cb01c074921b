package org.exactlyonce.client.internals;

import java.util.ArrayList;
import java.util.List;

/**
 * Frozen records that will never be stored. Those behind them move down: the first gets
 * the sequence that the first removed one had.
 *
 * @param place the partition
 * @param from the sequence of the first
 * @param to the sequence behind the last; {@link #ALL}: all from the first on
 */
record Removal(Place place, long from, long to) {

	static final long ALL = Long.MAX_VALUE;

	/**
	 * What it leaves of a batch.
	 * @param batch the batch, of the same partition
	 * @return none, one, or two if the middle is removed
	 */
	List<FormerBatch> leaves(FormerBatch batch) {
		List<FormerBatch> left = new ArrayList<>();
		if (batch.base() < this.from) {
			left.add(batch.upTo(this.from));
		}
		if (batch.end() > this.to) {
			left.add(batch.from(this.to).movedDown(this.to - this.from));
		}
		return left;
	}

	/**
	 * Where a run of records ends then.
	 * @param end the sequence behind its last
	 * @return the same or a lower one
	 */
	long end(long end) {
		return (end > this.to) ? end - (this.to - this.from) : Math.min(end, this.from);
	}

}
