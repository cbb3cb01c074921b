package org.exactlyonce.gateway.log;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.sequence.ProducerIdentity;
import org.exactlyonce.gateway.sequence.SequenceRange;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed append to an existing partition.
 *
 * @param partition the partition
 * @param identity who sends, or null for at-least-once delivery
 * @param range the sequences; without an identity they are 0 to count − 1 and mean
 * nothing
 * @param batch the records
 * @param patient whether its sender would wait for predecessors that come later
 */
record AppendRequest(int partition, @Nullable ProducerIdentity identity, SequenceRange range, EncodedBatch batch,
		boolean patient) {

	AppendRequest patient(boolean patient) {
		return new AppendRequest(this.partition, this.identity, this.range, this.batch, patient);
	}

	ProducerSequence.@Nullable Key sequenceKey() {
		return (this.identity != null) ? new ProducerSequence.Key(this.identity.producerId(), this.partition) : null;
	}

}
