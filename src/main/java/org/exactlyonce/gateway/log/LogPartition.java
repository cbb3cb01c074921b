package org.exactlyonce.gateway.log;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;

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

	void countProducer() {
		this.producers++;
	}

}
