package org.exactlyonce.gateway.commit;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.exactlyonce.gateway.ids.KnownId;
import org.exactlyonce.gateway.ids.TopicRecordId;
import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.producer.SequenceRow;
import org.jspecify.annotations.Nullable;

/**
 * The committed state that a group begins with: its partitions, which are locked, and its
 * producers in them.
 *
 * @param partitions by their ids
 * @param sequences by their keys
 * @param layouts of the topics that partitions were chosen of
 * @param ids the ids of the group that are known
 */
record GroupState(Map<Integer, PartitionState> partitions, Map<ProducerSequence.Key, SequenceRow> sequences,
		Set<AppendRequest.Layout> layouts, Map<TopicRecordId, KnownId> ids) {

	/**
	 * Whether all partitions of a request are there, or their topic was deleted; and
	 * whether it has not grown since they were chosen.
	 */
	boolean has(AppendRequest request) {
		return request.parts().stream().allMatch((part) -> this.partitions.containsKey(part.partition()))
				&& (request.layout() == null || this.layouts.contains(request.layout()));
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
		return new GroupState(this.partitions, sequences, this.layouts, this.ids);
	}

}
