package org.exactlyonce.benchmark;

import java.io.Serializable;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;

/** What a producer has committed to a partition of the naive design. */
@Entity
class NaiveSequence {

	@EmbeddedId
	private Key id;

	private long lastSequence = -1;

	/** For JPA. */
	protected NaiveSequence() {
	}

	NaiveSequence(Key id) {
		this.id = id;
	}

	long lastSequence() {
		return this.lastSequence;
	}

	void moveTo(long sequence) {
		this.lastSequence = sequence;
	}

	/**
	 * A producer in a partition.
	 *
	 * @param producerId the producer
	 * @param partitionId the partition
	 */
	@Embeddable
	record Key(long producerId, int partitionId) implements Serializable {
	}

}
