package org.exactlyonce.gateway.commit;

import java.util.Map;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;

/**
 * What is committed when a group begins: its partitions, which are locked, and its
 * producers in them.
 *
 * @param partitions by their numbers
 * @param sequences by their keys
 */
record GroupState(Map<Integer, PartitionState> partitions, Map<ProducerSequence.Key, SequenceRow> sequences) {

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

}
