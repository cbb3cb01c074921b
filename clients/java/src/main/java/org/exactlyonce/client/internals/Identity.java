package org.exactlyonce.client.internals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who this producer is, and where each of its partitions goes on, as the gateway says.
 *
 * @param producerId the id
 * @param epoch the epoch
 * @param nextSequences by partition; 0 for the others
 */
record Identity(long producerId, long epoch, Map<Integer, Long> nextSequences) {

	/**
	 * Reads an answer.
	 * @param answer the answer
	 * @return the identity; null if it has none
	 */
	static Identity of(Answer answer) {
		if (!answer.isSuccess() || answer.number("producerId") < 0 || answer.number("producerEpoch") < 0) {
			return null;
		}
		Map<Integer, Long> nextSequences = new HashMap<>();
		if (answer.body().get("partitions") instanceof List<?> partitions) {
			for (Object each : partitions) {
				Map<String, Object> partition = JsonParser.object(each);
				nextSequences.put(((Number) partition.get("partition")).intValue(),
						((Number) partition.get("nextSequence")).longValue());
			}
		}
		return new Identity(answer.number("producerId"), answer.number("producerEpoch"), nextSequences);
	}

	long nextSequence(int partition) {
		return this.nextSequences.getOrDefault(partition, 0L);
	}

}
