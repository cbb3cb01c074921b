package org.exactlyonce.gateway.commit;

import java.util.HashMap;
import java.util.Map;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;
import org.jspecify.annotations.Nullable;

/**
 * The committed state that a group begins with: its partitions, which are locked, and its
 * producers in them.
 *
 * @param partitions by their numbers
 * @param sequences by their keys
 */
record GroupState(Map<Integer, PartitionState> partitions, Map<ProducerSequence.Key, SequenceRow> sequences) {

	/** Whether a partition is there; else its topic was deleted. */
	boolean has(int partition) {
		return this.partitions.containsKey(partition);
	}

	PartitionState partition(int partition) {
		PartitionState state = this.partitions.get(partition);
		if (state == null) {
			throw new IllegalStateException("Partition " + partition + " was not locked");
		}
		return state;
	}

	SequenceRow sequence(ProducerSequence.Key key) {
		SequenceRow row = this.sequences.get(key);
		if (row == null) {
			throw new IllegalStateException("The state of " + key + " was not read");
		}
		return row;
	}

	/**
	 * The same state, with the owners of some producers as they are now.
	 * @param owners by producer; null for a producer without one
	 * @return the state
	 */
	GroupState ownedBy(Map<Long, @Nullable String> owners) {
		Map<ProducerSequence.Key, SequenceRow> sequences = new HashMap<>(this.sequences);
		sequences.replaceAll(
				(key, row) -> owners.containsKey(key.producerId()) ? row.ownedBy(owners.get(key.producerId())) : row);
		return new GroupState(this.partitions, sequences);
	}

}
