package org.exactlyonce.gateway.log;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;

/**
 * A partition's ends, as JPA creates and reads them. The row is the lock that serialises
 * the partition's appends, across lanes and across replicas; the group commit locks and
 * writes it.
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

}
