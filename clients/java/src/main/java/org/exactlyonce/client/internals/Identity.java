package org.exactlyonce.client.internals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.exactlyonce.client.OutgoingRecord;

/**
 * Who this producer is, and where each of its partitions goes on, as the gateway says.
 *
 * @param producerId the id
 * @param epoch the epoch
 * @param nextSequences by partition; 0 for the others
 */
record Identity(long producerId, long epoch, Map<Place, Long> nextSequences) {

	/**
	 * Reads an answer.
	 * @param answer the answer
	 * @return the identity; null if it has none
	 */
	static Identity of(Answer answer) {
		if (!answer.isSuccess() || answer.number("producerId") < 0 || answer.number("producerEpoch") < 0) {
			return null;
		}
		Map<Place, Long> nextSequences = new HashMap<>();
		if (answer.body().get("partitions") instanceof List<?> partitions) {
			for (Object each : partitions) {
				if (!(each instanceof Map<?, ?> partition && partition.get("partition") instanceof Long number
						&& partition.get("nextSequence") instanceof Long nextSequence)) {
					return null;
				}
				// A gateway without topics has only records'.
				String topic = (partition.get("topic") instanceof String name) ? name : OutgoingRecord.DEFAULT_TOPIC;
				nextSequences.put(new Place(topic, number.intValue()), nextSequence);
			}
		}
		return new Identity(answer.number("producerId"), answer.number("producerEpoch"), nextSequences);
	}

	long nextSequence(Place place) {
		return this.nextSequences.getOrDefault(place, 0L);
	}

}
