package org.exactlyonce.gateway.log;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;

/**
 * A partition's ends. Its row is the lock that serialises the partition's appends, across
 * lanes and across replicas.
 */
@Entity
class LogPartition {

	@Id
	@Column(name = "partition_id")
	private int partition;

	private long logStartOffset;

	private long logEndOffset;

	private long producers;

	@Version
	private long version;

	/** Read and written with the group that appends, and by nothing else. */
	@Transient
	private @Nullable Instant lastAppendedAt;

	/** For JPA. */
	protected LogPartition() {
	}

	LogPartition(int partition) {
		this.partition = partition;
	}

	/** A row as it was read. */
	LogPartition(int partition, long logStartOffset, long logEndOffset, long producers, long version) {
		this.partition = partition;
		this.logStartOffset = logStartOffset;
		this.logEndOffset = logEndOffset;
		this.producers = producers;
		this.version = version;
	}

	int partition() {
		return this.partition;
	}

	long logStartOffset() {
		return this.logStartOffset;
	}

	long logEndOffset() {
		return this.logEndOffset;
	}

	/** Producers with at least one committed record here. */
	long producers() {
		return this.producers;
	}

	long version() {
		return this.version;
	}

	/**
	 * Takes the next offsets.
	 * @param count how many
	 * @return the first of them
	 */
	long advance(int count) {
		long baseOffset = this.logEndOffset;
		this.logEndOffset += count;
		return baseOffset;
	}

	/**
	 * Moves the time of the newest batch forward, and never back: two replicas' clocks
	 * differ.
	 * @param time when a batch is appended, on some replica's clock
	 * @return that, or when the newest batch before it was appended if this is later
	 */
	Instant appendAt(Instant time) {
		Instant last = this.lastAppendedAt;
		Instant appendedAt = (last != null && last.isAfter(time)) ? last : time;
		this.lastAppendedAt = appendedAt;
		return appendedAt;
	}

	/** When the newest batch was appended, or null if there is none. */
	@Nullable Instant lastAppendedAt() {
		return this.lastAppendedAt;
	}

	void countProducer() {
		this.producers++;
	}

}
