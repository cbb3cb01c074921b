package org.exactlyonce.gateway.sequence;

/**
 * The sender: a producer's id and the epoch under which it claims that id. Kafka's
 * {@code (producerId, producerEpoch)} pair.
 *
 * @param producerId the id that {@code POST /producers} assigned, 0 to 2^53−1
 * @param producerEpoch the epoch, 0 to 2^53−1; a registration under the same name raises
 * it
 */
public record ProducerIdentity(long producerId, long producerEpoch) {

	/**
	 * Refuses values no producer can have.
	 * @param producerId the id
	 * @param producerEpoch the epoch
	 * @throws IllegalArgumentException if a number is outside its range
	 */
	public ProducerIdentity {
		SequenceRange.requireSafe("producerId", producerId);
		SequenceRange.requireSafe("producerEpoch", producerEpoch);
	}

}
