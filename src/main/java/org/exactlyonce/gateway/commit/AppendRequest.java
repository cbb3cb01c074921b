package org.exactlyonce.gateway.commit;

import java.util.Optional;

import org.exactlyonce.gateway.producer.ProducerSequence;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed append to an existing partition.
 *
 * @param partition the partition
 * @param identity the producer and its sequences, if there is one
 * @param batch the records
 * @param patience whether its sender waits for predecessors that come later
 * @param principal the principal that sends it, or null if there is none: then no owner
 * is judged
 */
public record AppendRequest(int partition, AppendIdentity identity, EncodedBatch batch, Patience patience,
		@Nullable String principal) {

	AppendRequest withoutPatience() {
		return new AppendRequest(this.partition, this.identity, this.batch, Patience.NONE, this.principal);
	}

	ProducerSequence.Key key(AppendIdentity.Sequenced identity) {
		return new ProducerSequence.Key(identity.producer().producerId(), this.partition);
	}

	/**
	 * The identity, if there is one.
	 * @return producer and sequences; nothing for an anonymous append
	 */
	public Optional<AppendIdentity.Sequenced> sequenced() {
		return this.identity.match(Optional::of, (anonymous) -> Optional.empty());
	}

}
