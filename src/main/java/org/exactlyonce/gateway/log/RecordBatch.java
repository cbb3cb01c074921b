package org.exactlyonce.gateway.log;

import java.io.Serializable;
import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * The records of one request, as one row. Immutable once committed.
 */
@Entity
@Immutable
class RecordBatch {

	@EmbeddedId
	private Key key;

	private int recordCount;

	private @Nullable Long producerId;

	private @Nullable Long producerEpoch;

	private @Nullable Long baseSequence;

	@Column(length = 32)
	private byte[] digest;

	private byte[] payload;

	private Instant appendedAt;

	/** For JPA. */
	protected RecordBatch() {
		this.key = new Key(0, 0);
		this.digest = new byte[0];
		this.payload = new byte[0];
		this.appendedAt = Instant.EPOCH;
	}

	RecordBatch(int partition, long baseOffset, AppendIdentity identity, EncodedBatch records, Instant appendedAt) {
		this.key = new Key(partition, baseOffset);
		this.recordCount = records.recordCount();
		if (identity instanceof AppendIdentity.Sequenced sequenced) {
			this.producerId = sequenced.producer().producerId();
			this.producerEpoch = sequenced.producer().producerEpoch();
			this.baseSequence = sequenced.range().base();
		}
		this.digest = records.digest();
		this.payload = records.payload();
		this.appendedAt = appendedAt;
	}

	int partition() {
		return this.key.partition();
	}

	long baseOffset() {
		return this.key.baseOffset();
	}

	long lastOffset() {
		return this.key.baseOffset() + this.recordCount - 1;
	}

	int recordCount() {
		return this.recordCount;
	}

	@Nullable Long producerId() {
		return this.producerId;
	}

	@Nullable Long producerEpoch() {
		return this.producerEpoch;
	}

	@Nullable Long baseSequence() {
		return this.baseSequence;
	}

	byte[] digest() {
		return this.digest;
	}

	byte[] payload() {
		return this.payload;
	}

	Instant appendedAt() {
		return this.appendedAt;
	}

	/**
	 * A batch's place in the log.
	 *
	 * @param partition the partition
	 * @param baseOffset the first record's offset
	 */
	@Embeddable
	record Key(@Column(name = "partition_id") int partition, long baseOffset) implements Serializable {
	}

}
