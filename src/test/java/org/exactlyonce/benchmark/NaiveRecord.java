package org.exactlyonce.benchmark;

import java.io.Serializable;
import java.time.Instant;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;

/** A record of the naive design. */
@Entity
class NaiveRecord {

	@EmbeddedId
	private Key id;

	private long producerId;

	private long sequence;

	private String content;

	private Instant appendedAt;

	/** For JPA. */
	protected NaiveRecord() {
	}

	NaiveRecord(Key id, long producerId, long sequence, String content, Instant appendedAt) {
		this.id = id;
		this.producerId = producerId;
		this.sequence = sequence;
		this.content = content;
		this.appendedAt = appendedAt;
	}

	long recordOffset() {
		return this.id.recordOffset();
	}

	Instant appendedAt() {
		return this.appendedAt;
	}

	/**
	 * A place in the log.
	 *
	 * @param partitionId the partition
	 * @param recordOffset the offset
	 */
	@Embeddable
	record Key(int partitionId, long recordOffset) implements Serializable {
	}

}
