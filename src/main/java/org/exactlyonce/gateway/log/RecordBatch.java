package org.exactlyonce.gateway.log;

import java.io.Serializable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import org.exactlyonce.gateway.record.EncodedBatch;
import org.exactlyonce.gateway.sequence.AppendIdentity;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * The records of one request, as one row. Immutable once committed.
 */
@Entity
@Immutable
public class RecordBatch {

	/** What {@link #of} reads, after {@code select}. */
	static final String COLUMNS = """
			partition_id, base_offset, record_count, producer_id, producer_epoch, base_sequence, digest, payload,
			appended_at""";

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

	/**
	 * A batch that is to be appended.
	 * @param partition the partition
	 * @param baseOffset the first record's offset
	 * @param identity the producer and its sequences, if there is one
	 * @param records the records
	 * @param appendedAt when it is appended
	 */
	public RecordBatch(int partition, long baseOffset, AppendIdentity identity, EncodedBatch records,
			Instant appendedAt) {
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

	/** A committed batch, as it is in its row. */
	static RecordBatch of(ResultSet row) throws SQLException {
		RecordBatch batch = new RecordBatch();
		batch.key = new Key(row.getInt("partition_id"), row.getLong("base_offset"));
		batch.recordCount = row.getInt("record_count");
		batch.producerId = row.getObject("producer_id", Long.class);
		batch.producerEpoch = row.getObject("producer_epoch", Long.class);
		batch.baseSequence = row.getObject("base_sequence", Long.class);
		batch.digest = row.getBytes("digest");
		batch.payload = row.getBytes("payload");
		batch.appendedAt = row.getObject("appended_at", OffsetDateTime.class).toInstant();
		return batch;
	}

	/**
	 * Its partition.
	 * @return the partition
	 */
	public int partition() {
		return this.key.partition();
	}

	/**
	 * The first record's offset.
	 * @return the offset
	 */
	public long baseOffset() {
		return this.key.baseOffset();
	}

	/**
	 * The last record's offset.
	 * @return the offset
	 */
	public long lastOffset() {
		return this.key.baseOffset() + this.recordCount - 1;
	}

	/**
	 * How many records it has.
	 * @return at least 1
	 */
	public int recordCount() {
		return this.recordCount;
	}

	/**
	 * The producer, if it has one.
	 * @return its id; null for an append without an identity
	 */
	public @Nullable Long producerId() {
		return this.producerId;
	}

	/**
	 * The epoch it was sent under.
	 * @return the epoch; null without a producer
	 */
	public @Nullable Long producerEpoch() {
		return this.producerEpoch;
	}

	/**
	 * The first record's sequence.
	 * @return the sequence; null without a producer
	 */
	public @Nullable Long baseSequence() {
		return this.baseSequence;
	}

	/**
	 * What makes two payloads the same.
	 * @return SHA-256
	 */
	public byte[] digest() {
		return this.digest;
	}

	/**
	 * The records as they are stored.
	 * @return the bytes, not to be changed
	 */
	public byte[] payload() {
		return this.payload;
	}

	/**
	 * When it was appended.
	 * @return the time on the clock of the gateway that appended it
	 */
	public Instant appendedAt() {
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
